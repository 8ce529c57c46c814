// The command line of casus serve: in, where its options go; out, the command, to be asked whether it was given.
#pragma once
#include "app/arguments.h"

namespace CLI {
class App;
}

namespace casus::app {

CLI::App* add_serve(CLI::App& root, ServeArguments& arguments);

}  // namespace casus::app

#include "app/arguments.h"
#include "app/session.h"
#include "app/study_commands.h"

namespace casus::app {
namespace {

int tell(const Told& told, bool json, bool no_colour) {
  if (!told.error().empty()) {
    const int code = complain(told.input_error() ? exit_input : exit_failure, told.error());
    if (!told.ok()) return code;
  }
  const auto style = style_of(1, no_colour);
  return print(json ? told.json() : told.text({style.colour, static_cast<unsigned>(style.columns)}),
               told.error().empty() ? exit_good : exit_failure);
}

}  // namespace

int analyse(const AnalyseArguments& arguments) {
  AnalysisRequest request = arguments.request;
  if (arguments.minimise || arguments.maximise) request.minimise = arguments.minimise;
  return tell(casus::analyse(arguments.file.string(), request), arguments.json, arguments.no_colour);
}

int compare(const CompareArguments& arguments) {
  return tell(casus::compare(arguments.before.string(), arguments.after.string()), arguments.json, arguments.no_colour);
}

}  // namespace casus::app

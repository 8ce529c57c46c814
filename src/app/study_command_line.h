// The command line of the commands on stored studies: in, the program's options; out, which command ran, and its exit
// code.
#pragma once
#include <optional>

#include "app/study_commands.h"

namespace CLI {
class App;
}

namespace casus::app {

class StudyCommandLine {
 public:
  explicit StudyCommandLine(CLI::App& root);
  StudyCommandLine(const StudyCommandLine&) = delete;
  StudyCommandLine& operator=(const StudyCommandLine&) = delete;
  // The exit code of the command that was asked for; nothing if it was none of these.
  std::optional<int> run() const;

 private:
  void add_analyse(CLI::App& root);
  void add_export(CLI::App& root);
  void add_compare(CLI::App& root);

  CLI::App* analyse_ = nullptr;
  CLI::App* export_ = nullptr;
  CLI::App* compare_ = nullptr;
  AnalyseArguments analyse_arguments_;
  ExportArguments export_arguments_;
  CompareArguments compare_arguments_;
};

}  // namespace casus::app

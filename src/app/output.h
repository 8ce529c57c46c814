// Where commands write: in, the files named for what they write and those they read; out, a refusal, or the file.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fresh_file.h"

namespace casus::app {

struct Session;
struct CaseArguments;

enum class Content { study, report, table, netcdf, tree, transcript, case_text };

struct Output {
  std::filesystem::path file;  // empty: nothing is written
  Content content;
  std::string_view option;  // that names another
};

// Why these may not be written, in one sentence; empty if they may. All commands ask this before they work. A place is
// free, or it has a plain file that is empty or of the same kind as what is to be written, that nobody has protected
// and that is none of the inputs, by whatever name. A link is not followed: what it leads to is for the user to name.
std::string output_problem(std::span<const Output> outputs, const std::vector<std::filesystem::path>& inputs);

// The files that a command has read for its case: itself, overlays, modules.
std::vector<std::filesystem::path> inputs_of(const Session& session);

// Writes it whole or not at all; what is wrong, or nothing.
std::string write_output(const std::filesystem::path& file, std::string_view bytes);

}  // namespace casus::app

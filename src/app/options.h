// Options that several commands share, each written once: in, a command and where the answer goes; out, nothing.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/arguments.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace casus::app {

// A case: FILE, --overlay, --library, --set, --no-colour.
void add_case(CLI::App& c, CaseArguments& a);
// And how it is solved: --points, --accuracy, --selection, --exact-up-to, --threads; --json.
void add_solved_case(CLI::App& c, CaseArguments& a);

void add_library(CLI::App& c, std::vector<std::filesystem::path>& folders);
void add_selection(CLI::App& c, CaseArguments& a);
void add_policies(CLI::App& c, CaseArguments& a, const char* text);
void add_no_colour(CLI::App& c, bool& no_colour);
void add_json(CLI::App& c, bool& json);
void add_threads(CLI::App& c, unsigned& threads);  // all of the machine's unless said

// Worlds: --worlds and --seed.
void add_sampling(CLI::App& c, uint64_t& worlds, uint64_t& seed);
// --design; a name that ends in .csv is a file of a user's own worlds, which are all there are.
void add_design(CLI::App& c, lab::DesignKind& design, std::filesystem::path& file);
// What was given beside such a file and has no meaning there, in one sentence; empty if there is nothing.
std::string design_problem(const CLI::App& c, const std::filesystem::path& file);

// -o, --out.
CLI::Option* add_out(CLI::App& c, std::filesystem::path& out, const char* text, const char* type = "FILE");
// --objective, --minimise and --maximise.
void add_objective(CLI::App& c, std::string& measure, bool& minimise, bool& maximise, const char* text);
// A study's file.
void add_study(CLI::App& c, std::filesystem::path& file);

}  // namespace casus::app

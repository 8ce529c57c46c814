#include "app/output.h"

#include <fmt/format.h>

#include <fstream>

#include "app/session.h"

namespace casus::app {
namespace {

namespace fs = std::filesystem;

struct Kind {
  Content content;
  const char* name;
};
constexpr Kind kinds[] = {{Content::study, "a study (SQLite)"},
                          {Content::report, "a report of Casus"},
                          {Content::table, "a table of casus export"},
                          {Content::netcdf, "a netCDF-4 file"},
                          {Content::tree, "a game tree"},
                          {Content::transcript, "a transcript of casus play"},
                          {Content::case_text, "a case"}};

const char* name_of(Content content) {
  for (const auto& k : kinds)
    if (k.content == content) return k.name;
  return "";
}

bool holds(std::string_view head, Content content, const fs::path& file) {
  const auto begins = [&](std::string_view text) { return head.starts_with(text); };
  const auto has = [&](std::string_view text) { return head.find(text) != std::string_view::npos; };
  switch (content) {
    case Content::study:
      return begins("SQLite format 3");
    case Content::report:
      return has("<title>Casus</title>");
    case Content::table:
      return begins("world,");
    case Content::netcdf:
      return begins("\x89HDF");
    case Content::tree:
      return begins("EFG ") || begins("NFG ");
    case Content::transcript:
      return begins("{") && has("\"kind\": \"play\"");
    case Content::case_text:
      return file.extension() == ".casus";
  }
  return false;
}

std::string describe(std::string_view head, const fs::path& file) {
  for (const auto& k : kinds)
    if (holds(head, k.content, file)) return k.name;
  return "something else";
}

// What a place that has no plain file is; empty for one that has, or is free.
std::string no_plain_file(const fs::path& file) {
  std::error_code error;
  const auto type = fs::symlink_status(file, error).type();
  switch (type) {
    case fs::file_type::directory:
      return "a folder";
    case fs::file_type::symlink:
      return fmt::format("a link to '{}'", fs::read_symlink(file, error).string());
    case fs::file_type::block:
    case fs::file_type::character:
      return "a device";
    case fs::file_type::fifo:
      return "a pipe";
    case fs::file_type::socket:
      return "a socket";
    default:
      return "";
  }
}

// What there is in place of a plain file.
const char* instead_of_a_file(Content content) {
  switch (content) {
    case Content::table:
    case Content::tree:
      return "; without it, it goes to the standard output";
    case Content::study:
      return "; --no-store keeps none";
    default:
      return "";
  }
}

bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  if (fs::equivalent(a, b, ignored)) return true;  // by device and number, so through links of either kind
  const auto place_a = fs::weakly_canonical(a, ignored), place_b = fs::weakly_canonical(b, ignored);
  return !place_a.empty() && place_a == place_b;
}

std::string problem_of(const Output& out, const std::vector<fs::path>& inputs) {
  const auto shown = out.file.string();
  for (const auto& input : inputs)
    if (same_place(out.file, input))
      return fmt::format("'{}' is read by this command and is not written over; name another file with {}", shown,
                         out.option);
  if (const auto what = no_plain_file(out.file); !what.empty())
    return fmt::format("'{}' is {}, and only plain files are written; name one with {}{}", shown, what, out.option,
                       instead_of_a_file(out.content));
  std::error_code error;
  if (!fs::exists(out.file, error)) return "";
  if (base::write_protected(out.file))
    return fmt::format("'{}' is write-protected and is left alone; name another file with {}", shown, out.option);
  std::string head(4096, '\0');
  std::ifstream in(out.file, std::ios::binary);
  if (!in)
    return fmt::format("'{}' cannot be read, so nobody knows what would be replaced; name another file with {}", shown,
                       out.option);
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(in.gcount()));
  // A case is only ever written over itself, and has been read as one.
  if (head.empty() || out.content == Content::case_text || holds(head, out.content, out.file)) return "";
  return fmt::format("'{}' holds {}, and {} would replace it; name another file with {}, or remove it first", shown,
                     describe(head, out.file), name_of(out.content), out.option);
}

}  // namespace

std::string output_problem(std::span<const Output> outputs, const std::vector<fs::path>& inputs) {
  for (const auto& out : outputs)
    if (!out.file.empty())
      if (auto problem = problem_of(out, inputs); !problem.empty()) return problem;
  for (size_t i = 0; i < outputs.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (!outputs[i].file.empty() && !outputs[j].file.empty() && same_place(outputs[i].file, outputs[j].file))
        return fmt::format("'{}' can hold one thing only: {} and {} name the same file", outputs[i].file.string(),
                           outputs[j].option, outputs[i].option);
  return "";
}

std::vector<fs::path> inputs_of(const Session& session) {
  std::vector<fs::path> out;
  for (uint32_t f = 0; f < session.project->loaded.sources.size(); ++f)
    out.emplace_back(session.project->loaded.sources.name(f));
  return out;
}

std::string write_output(const fs::path& file, std::string_view bytes) {
  const auto written = base::replace_file(file, bytes);
  return written ? "" : fmt::format("cannot write '{}': {}", file.string(), written.error());
}

}  // namespace casus::app

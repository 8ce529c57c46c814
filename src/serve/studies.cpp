#include "serve/studies.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "casus/study_impl.h"
#include "report/comparison.h"
#include "report/html.h"
#include "study/archive.h"
#include "study/summary.h"

namespace casus::serve {
namespace {

namespace fs = std::filesystem;

// Changes whenever the file does, SQLite's journal beside it included.
std::string stamp_of(const fs::path& file) {
  std::error_code ignored;
  std::string out;
  for (const char* suffix : {"", "-wal"}) {
    const fs::path part = file.string() + suffix;
    if (!fs::exists(part, ignored)) continue;
    out += fmt::format("{}:{} ", fs::last_write_time(part, ignored).time_since_epoch().count(),
                       fs::file_size(part, ignored));
  }
  return out;
}

int64_t seconds_of(const fs::path& file) {
  std::error_code ignored;
  const auto time = std::chrono::file_clock::to_sys(fs::last_write_time(file, ignored));
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

// Empty where the file is no study.
std::string line_of(const std::string& path, const fs::path& file) {
  const auto archive = study::Archive::open(file.string());
  if (!archive) return {};
  const auto sources = archive->store.sources();
  std::vector<study::ClaimSummary> claims(archive->names.claims.size());
  const auto read = archive->store.each_verdict([&](int64_t, uint32_t claim, const study::Verdict& v) {
    if (claim >= claims.size() || v.truth == study::Truth::unknown) return;
    ++claims[claim].worlds;
    claims[claim].holds += v.truth == study::Truth::holds;
  });
  if (!read || !sources || sources->empty()) return {};
  size_t holds = 0;
  for (auto& claim : claims) {
    if (claim.worlds > 0) claim.share = static_cast<double>(claim.holds) / static_cast<double>(claim.worlds);
    holds += study::verdict_word(claim) == "holds";
  }
  return dumped({{"path", path},
                 {"case", sources->front().first},
                 {"title", archive->names.title},
                 {"worlds", archive->store.worlds()},
                 {"planned", archive->names.planned},
                 {"complete", archive->names.state == "complete"},
                 {"seed", archive->names.seed},
                 {"design", archive->names.design},
                 {"claims", claims.size()},
                 {"holds", holds},
                 {"modified", seconds_of(file)}});
}

}  // namespace

Studies::Studies(const Settings& settings, const Folder& folder, Turns& turns)
    : settings_(settings), folder_(folder), turns_(turns) {}

Json Studies::list() {
  const std::lock_guard hold(lines_lock_);
  std::vector<Json> known;
  std::map<std::string, Line> lines;
  for (const auto& path : folder_.list(".sqlite")) {
    if (lines.size() == most_studies) break;
    const auto file = folder_.root() / path;
    const auto stamp = stamp_of(file);
    const auto old = lines_.find(path);
    auto& line = lines[path] =
        old != lines_.end() && old->second.stamp == stamp ? old->second : Line{stamp, line_of(path, file)};
    if (!line.json.empty()) known.push_back(Json::parse(line.json));
  }
  lines_ = std::move(lines);
  std::stable_sort(known.begin(), known.end(), [](const Json& a, const Json& b) {
    return a["modified"].get<int64_t>() > b["modified"].get<int64_t>();
  });
  return known;
}

std::shared_ptr<const std::string> Studies::data(const std::string& path) {
  const auto file = folder_.file(path, ".sqlite");
  const auto stamp = stamp_of(file);
  // One at a time: whoever asks for the same waits for it.
  const std::lock_guard hold(pages_lock_);
  const auto at =
      std::find_if(pages_.begin(), pages_.end(), [&](const Page& p) { return p.path == path && p.stamp == stamp; });
  if (at != pages_.end()) {
    pages_.splice(pages_.begin(), pages_, at);
    return pages_.front().data;
  }
  auto opened = casus::Study::open(file.string(), settings_.threads);
  if (!opened.ok()) throw Refusal{422, opened.error()};
  opened.impl().shown = path;
  const Turns::Turn turn(turns_);
  opened.median();
  std::string problem;
  auto data = opened.page_data(&problem);
  if (!data) throw Refusal{422, problem};
  std::erase_if(pages_, [&](const Page& p) { return p.path == path; });
  pages_.push_front({path, stamp, std::make_shared<const std::string>(std::move(*data))});
  if (pages_.size() > most_pages) pages_.pop_back();
  return pages_.front().data;
}

std::string Studies::report(const std::string& path) {
  const auto page_template = settings_.web / "report.html";
  std::ifstream in(page_template, std::ios::binary);
  if (!in)
    throw Refusal{503, fmt::format("the report's page is not built yet ('{}' is missing); run cmake/web.sh",
                                   page_template.string())};
  auto page = report::html_page({std::istreambuf_iterator<char>(in), {}}, *data(path));
  if (!page) throw Refusal{500, page.error()};
  return std::move(*page);
}

std::string Studies::compare(const std::string& before, const std::string& after) const {
  const auto comparison =
      study::compare(folder_.file(before, ".sqlite").string(), folder_.file(after, ".sqlite").string());
  if (!comparison) throw Refusal{422, comparison.error()};
  return report::json_text(report::ComparisonAnswer{
      .before = before, .after = after, .version = casus::version(), .comparison = &*comparison});
}

}  // namespace casus::serve

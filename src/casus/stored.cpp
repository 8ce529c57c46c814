// A stored study opened again: in, its file; out, its case, plan and results as they were.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "casus/study_impl.h"

namespace casus {

namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find("; ", at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return out;
}

template <class Number>
Number number(const std::string& text, Number otherwise = 0) {
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

using Texts = std::vector<std::pair<std::string, std::string>>;

// The texts as they were, for a case that reads no file: a module is found in some folder above its text.
ProjectOptions only_these(const Texts& texts) {
  ProjectOptions out{.texts = {texts.begin(), texts.end()}, .only_texts = true};
  std::set<std::string> folders;
  for (const auto& [name, text] : texts)
    for (std::filesystem::path folder = std::filesystem::path(name).parent_path();; folder = folder.parent_path()) {
      folders.insert(folder.string());
      if (folder.empty() || folder == folder.parent_path()) break;
    }
  out.libraries = {folders.begin(), folders.end()};
  return out;
}

// The case stands first; what it does not use by itself is an overlay.
std::vector<std::string> overlays_among(const Texts& texts, const ProjectOptions& options) {
  const auto alone = detail::load(texts.front().first, nullptr, options);
  std::set<std::string> used;
  for (uint32_t f = 0; f < alone->loaded.sources.size(); ++f) used.insert(alone->loaded.sources.name(f));
  std::vector<std::string> out;
  for (const auto& [name, text] : texts)
    if (!used.contains(name)) out.push_back(name);
  return out;
}

}  // namespace

Study Study::open(const std::string& file, unsigned threads, const std::string& objective,
                  std::optional<bool> minimise) {
  auto s = std::make_shared<Impl>();
  Study out(s);
  auto store = study::Store::read(file);
  if (!store) return s->fail(store.error(), true), out;
  const auto value = [&](const char* key) { return store->value(key).value_or(""); };
  const auto read = store->sources();
  if (!read) return s->fail(read.error(), true), out;
  if (read->empty()) return s->fail(fmt::format("'{}' holds no case", file), true), out;
  Texts texts = *read;
  study::Options options{.worlds = number<uint64_t>(value("worlds")), .seed = number<uint64_t>(value("seed"))};
  options.until = number<double>(value("until"));
  // A user's own worlds stand last.
  if (value("design") == "csv") {
    std::tie(options.worlds_file, options.worlds_text) = texts.back();
    texts.pop_back();
  }
  const auto design = lab::design_named(value("design"));
  if (design) options.design = *design;

  ProjectOptions project = only_these(texts);
  project.overlays = overlays_among(texts, project);
  project.settings = split(value("settings"));
  project.levers = split(value("levers"));
  project.policies = split(value("policies"));
  // Points as they were found to be enough.
  const auto points = number<unsigned>(value("points"));
  const auto exact_up_to = number<size_t>(value("exact_up_to"));
  const bool global = value("selection") == "global";
  Method method{.accuracy = number<double>(value("accuracy"), study::Options{}.accuracy),
                .points = points,
                .held = split(value("held")),
                .exact_up_to = exact_up_to,
                .selection = global ? Selection::global : Selection::recursive,
                .threads = threads};
  const auto checked = detail::load(texts.front().first, nullptr, project);
  s->compiled = std::make_shared<detail::Compiled>();
  s->compiled->project = checked;
  if (checked->sound()) {
    options.mends = value("mended") == "yes";
    options = detail::with_method(std::move(options), method, *checked, project.policies, 0, points);
    s->compiled = detail::compile(checked, options, threads);
  }
  if (!s->compiled->ok())
    return s->fail(fmt::format("the case in '{}' does not compile with this version ({}; the study is of version {}); "
                               "run it again",
                               file, version(), value("version")),
                   true),
           out;
  for (const auto& [key, expected] : study::identity_of(s->plan(), s->sources(), value("version")).keys)
    if (value(key.c_str()) != expected)
      return s->fail(fmt::format("'{}' cannot be laid out again: its {} is '{}', here it would be '{}'; run it again",
                                 file, key, value(key.c_str()), expected),
                     true),
             out;

  // As a user would ask for it again.
  s->case_file = texts.front().first;
  s->options.overlays = project.overlays;
  s->options.settings = project.settings;
  s->options.levers = project.levers;
  const auto& c = checked->source();
  s->request.worlds = options.worlds;
  s->request.seed = options.seed;
  if (design) s->request.design = lab::design_name(*design);
  s->request.worlds_name = options.worlds_file;
  s->request.worlds_csv = options.worlds_text;
  s->request.until = options.until;
  s->request.objective = objective;
  s->request.minimise = minimise;
  s->request.store = file;
  s->request.existing = Existing::resume;
  if (s->plan().policies.size() < c.policies.size())
    for (const auto& p : s->plan().policies)
      if (!c.policies[p.policy].by_lever) s->request.policies.push_back(c.policies[p.policy].name);
  s->request.method = {.accuracy = method.accuracy, .threads = threads};
  if (exact_up_to == 0) {
    s->request.method.points = points;
    s->request.method.held = method.held;
  }
  if (global) s->request.method.selection = Selection::global;
  if (exact_up_to != 0 && exact_up_to != solve::SolveOptions{}.exact_up_to) s->request.method.exact_up_to = exact_up_to;

  const auto best = study::choose_objective(c, objective, minimise);
  if (!best) return s->fail(best.error(), true), out;
  s->objective = *best;
  s->store = std::move(*store);
  s->reading = true;
  auto summary = study::summarise(s->plan(), *s->store, s->objective);
  if (!summary) return s->fail(summary.error()), out;
  s->summary = std::move(*summary);
  s->stopped = s->summary->worlds < s->plan().worlds;
  return out;
}

}  // namespace casus

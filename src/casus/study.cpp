#include "casus/study.h"

#include <fmt/format.h>

#include <chrono>

#include "casus/command_text.h"
#include "casus/study_impl.h"
#include "report/html.h"
#include "study/accuracy.h"
#include "study/branch_worlds.h"

namespace casus {

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

study::RunControl control_of(const Study::Impl& s, Stop stop, const std::function<void(const Progress&)>& progress) {
  study::RunControl out{.threads = std::max(1u, s.request.method.threads), .stop = stop};
  if (progress) out.progress = [&progress](const study::Progress& p) { progress({p.done, p.total, p.at_start}); };
  return out;
}

// The file of the study; empty: it is not kept.
std::string path_of(const Study::Impl& s, const study::Identity& identity) {
  if (!s.request.store.empty() || s.request.store_folder.empty()) return s.request.store;
  return (std::filesystem::path(s.request.store_folder) / detail::study_name(s.case_file, identity)).string();
}

// What keeps its folder from being made, or nothing.
std::string make_folder(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (!error) return {};
  return fmt::format("cannot make the folder '{}': {}; choose another with --out, or keep nothing with --no-store",
                     path.parent_path().string(), error.message());
}

study::Existing existing_of(const Study::Impl& s) {
  return s.request.existing == Existing::resume      ? study::Existing::resume
         : s.request.existing == Existing::overwrite ? study::Existing::overwrite
                                                     : study::Existing::refuse;
}

bool open_store(Study::Impl& s) {
  const auto identity = s.identity();
  const auto path = path_of(s, identity);
  if (const auto why = make_folder(path); !why.empty()) return s.fail(why);
  if (s.request.objection && !path.empty())
    if (const auto why = s.request.objection(path); !why.empty()) return s.fail(why, true);
  std::error_code ignored;
  if (s.request.existing == Existing::resume && !std::filesystem::exists(path, ignored))
    return s.fail(fmt::format("there is no study '{}' to resume", path), true);
  const auto existing = existing_of(s);
  if (const auto refusal = study::Store::refusal(path, identity, existing); !refusal.empty())
    return s.fail(refusal, true);
  auto store = study::Store::open(path, s.plan(), identity, existing);
  if (!store) return s.fail(store.error());
  s.store = std::move(*store);
  s.reading = false;
  return true;
}

bool search(Study::Impl& s, const study::RunControl& control) {
  uint64_t folding = 0;
  const auto worlds = study::worlds_to_search(*s.store, s.request.search, folding);
  if (!worlds) return s.fail(worlds.error());
  s.branches = study::search_branches(s.plan(), *worlds, {.seed = s.request.seed}, control);
  if (!s.branches) return true;
  s.branches->folding = folding;
  if (const auto kept = s.store->write(*s.branches); !kept) return s.fail(kept.error());
  return true;
}

bool run_some(Study::Impl& s, const study::RunControl& control) {
  const auto begin = Clock::now();
  if (!s.median)
    s.median = study::solve_accurately(*s.compiled->plan,
                                       {.threads = control.threads, .stop = control.stop, .keep = s.request.keep});
  s.stopped = !s.median;
  if (s.stopped) return false;  // the grid is not known yet, and so not which study the file would hold
  if ((!s.store || s.reading) && !open_store(s)) return false;
  if (!s.nodes) {
    std::vector<study::PolicyResult> answers;
    for (const auto& p : s.median->policies) answers.push_back(p.result);
    s.nodes = detail::node_change(*s.compiled, answers, control.threads, control.stop);
  }
  const auto end = study::run_worlds(s.plan(), *s.store, *s.median, control);
  if (!end) return s.fail(end.error());
  s.stopped = end->stopped;
  s.precise = end->precise;
  if (s.request.search > 0 && !s.stopped && !search(s, control)) return false;
  auto summary = study::summarise(s.plan(), *s.store, s.objective);
  if (!summary) return s.fail(summary.error());
  s.summary = std::move(*summary);
  s.seconds += since(begin);
  return !s.stopped && (s.request.search == 0 || s.branches);
}

bool run_again(Study::Impl& s, const std::function<bool()>& run) {
  if (s.run_failed) s.error.clear();
  s.input_error = s.input_error && !s.run_failed;
  s.run_failed = false;
  if (!s.error.empty() || !s.compiled->ok()) return false;
  const bool done = run();
  s.run_failed = !s.error.empty();
  return done;
}

}  // namespace

namespace detail {

std::string study_name(const std::string& case_file, const study::Identity& identity) {
  return fmt::format("{}-{}.sqlite", std::filesystem::path(case_file).stem().string(), identity.hash());
}

}  // namespace detail

bool Study::Impl::fail(std::string why, bool input) {
  error = std::move(why);
  input_error = input;
  return false;
}

report::Answer Study::Impl::answer() const {
  return {.plan = &plan(),
          .summary = &*summary,
          .median = median ? &*median : nullptr,
          .case_file = case_file,
          .version = version(),
          .store = shown.empty() ? store->path() : shown,
          .command = detail::command_of(case_file, options, request),
          .seconds = seconds,
          .threads = std::max(1u, request.method.threads),
          .stopped = stopped,
          .branches = branches ? &*branches : nullptr,
          .precise = precise,
          .nodes = nodes ? &*nodes : nullptr};
}

Study Project::study(const StudyRequest& request, Stop stop) const {
  const auto begin = Clock::now();
  auto s = std::make_shared<Study::Impl>();
  Study out(s);
  s->request = request;
  if (request.policies.empty()) s->request.policies = impl_->options.policies;
  s->options = impl_->options;
  s->case_file = impl_->name;
  s->compiled = std::make_shared<detail::Compiled>();
  s->compiled->project = impl_;
  s->compiled->diagnostics = impl_->loaded.diagnostics;
  if (!sound()) return s->fail(impl_->error, true), out;
  if (const auto why = detail::objection(request.method); !why.empty()) return s->fail(why, true), out;
  if (request.until != 0 && !(request.until >= 1e-4 && request.until <= 0.5))
    return s->fail(fmt::format("intervals reach between 0.0001 and 0.5 to either side, not {}", request.until), true),
           out;
  const auto objective = study::choose_objective(impl_->source(), request.objective, request.minimise);
  if (!objective) return s->fail(objective.error(), true), out;
  s->objective = *objective;
  study::Options options{.worlds = request.worlds, .seed = request.seed};
  if (request.worlds_name.empty()) {
    const auto design = lab::design_named(request.design);
    if (!design) return s->fail(design.error(), true), out;
    options.design = *design;
  }
  options.worlds_file = request.worlds_name;
  options.worlds_text = request.worlds_csv;
  options.until = request.until;
  if (!impl_->options.levers.empty() && s->request.policies != impl_->options.policies)
    return s->fail("the project's levers were made for its own policies; ask a study of the same ones", true), out;
  options = detail::with_method(std::move(options), request.method, *impl_, s->request.policies, study::study_accuracy,
                                study::default_points);
  options.solve.stop = stop;
  s->compiled = detail::compile(impl_, options, std::max(1u, request.method.threads));
  if (!s->compiled->ok()) return s->fail(s->compiled->error, true), out;
  if (request.search > 0 && study::has_limit(s->plan()))
    return s->fail(
               "--branches looks for other equilibria on belief grids, where an infinite precision has no limit; "
               "give a finite precision with it",
               true),
           out;
  s->remarks = s->plan().remarks;
  s->seconds = since(begin);
  return out;
}

bool Study::ok() const {
  return impl_->error.empty() && impl_->compiled && impl_->compiled->ok();
}

const std::string& Study::error() const {
  return impl_->error;
}

bool Study::input_error() const {
  return impl_->input_error;
}

std::vector<Diagnostic> Study::diagnostics() const {
  if (!impl_->compiled) return {};
  return detail::told(impl_->compiled->diagnostics, impl_->sources());
}

std::string Study::diagnostics_text(bool colour) const {
  if (!impl_->compiled || impl_->compiled->diagnostics.all().empty()) return {};
  return base::render_text(impl_->compiled->diagnostics, impl_->sources(), colour);
}

std::vector<std::string> Study::remarks() const {
  return impl_->remarks;
}

Project Study::project() const {
  return Project(impl_->compiled ? impl_->compiled->project : std::make_shared<Project::Impl>());
}

std::uint64_t Study::planned() const {
  return ok() ? impl_->plan().worlds : 0;
}

std::uint64_t Study::worlds() const {
  return impl_->store ? impl_->store->worlds() : 0;
}

std::string Study::file() const {
  return impl_->store ? impl_->store->path() : "";
}

std::string Study::command() const {
  return detail::command_of(impl_->case_file, impl_->options, impl_->request);
}

std::string Study::refusal() const {
  if (!ok()) return error();
  const auto identity = impl_->identity();
  return study::Store::refusal(path_of(*impl_, identity), identity, existing_of(*impl_));
}

std::string Study::name() const {
  return ok() ? detail::study_name(impl_->case_file, impl_->identity()) : "";
}

std::uint64_t Study::policies() const {
  return ok() ? impl_->plan().policies.size() : 0;
}

void Study::keep_in(const std::string& file) {
  impl_->request.store = file;
}

bool Study::run(Stop stop, const std::function<void(const Progress&)>& progress) {
  return run_again(*impl_, [&] { return run_some(*impl_, control_of(*impl_, stop, progress)); });
}

bool Study::run_blocks(std::uint64_t first, std::uint64_t last, Stop stop,
                       const std::function<void(const Progress&)>& progress) {
  return run_again(*impl_, [&] {
    if (impl_->request.until > 0 && (first > 0 || last < study::batches(impl_->plan())))
      return impl_->fail("a study that ends by itself cannot be shared in blocks; give it a number of worlds", true);
    auto control = control_of(*impl_, stop, progress);
    control.first_batch = first;
    control.last_batch = last;
    return run_some(*impl_, control);
  });
}

std::uint64_t Study::blocks() const {
  return ok() ? study::batches(impl_->plan()) : 0;
}

bool Study::complete() const {
  return impl_->summary && !impl_->stopped && (impl_->precise || impl_->store->worlds() >= planned());
}

bool Study::searching_stopped() const {
  return impl_->summary && !impl_->stopped && impl_->request.search > 0 && !impl_->branches;
}

std::vector<Solved> Study::median(Stop stop) {
  auto& s = *impl_;
  std::vector<Solved> out;
  if (!ok()) return out;
  if (!s.median || !s.median->policies.front().world) {
    const auto begin = Clock::now();
    auto solved =
        study::solve_median(s.plan(), {.threads = std::max(1u, s.request.method.threads), .stop = stop, .keep = true});
    if (!solved) return out;
    s.median = std::move(*solved);
    s.seconds += since(begin);
  }
  for (uint32_t p = 0; p < s.median->policies.size(); ++p) {
    const auto& policy = s.median->policies[p];
    out.emplace_back(std::make_shared<Solved::Impl>(Solved::Impl{.compiled = s.compiled,
                                                                 .world = policy.world,
                                                                 .place = p,
                                                                 .params = s.median->params,
                                                                 .result = policy.result,
                                                                 .course = policy.course,
                                                                 .error = policy.result.error}));
  }
  return out;
}

std::vector<Verdict> Study::verdicts() const {
  std::vector<Verdict> out;
  if (!impl_->summary) return out;
  const auto answer = impl_->answer();
  for (const auto& c : impl_->summary->claims) {
    const auto& claim = impl_->plan().source->claims[c.claim];
    auto conditions = report::rule_sentences(answer, c);
    for (auto& sentence : report::separation_sentences(answer, c)) conditions.push_back(std::move(sentence));
    out.push_back({claim.name, claim.words.text, std::string(study::verdict_word(c)), c.share, c.low, c.high, c.worlds,
                   c.holds, c.unknown, c.too_close, std::move(conditions)});
  }
  return out;
}

std::vector<Spread> Study::measures() const {
  std::vector<Spread> out;
  if (!impl_->summary) return out;
  const auto& c = *impl_->plan().source;
  for (const auto& p : impl_->summary->policies)
    for (size_t m = 0; m < p.measures.size(); ++m)
      for (size_t r = 0; r < p.measures[m].rounds.size(); ++r) {
        const auto& x = p.measures[m].rounds[r];
        const bool by_round = c.measures[m].kind == model::MeasureKind::in_round;
        out.push_back({c.policies[p.policy].name, c.measures[m].name, by_round ? static_cast<unsigned>(r + 1) : 0,
                       x.mean, x.low, x.high});
      }
  return out;
}

std::vector<Standing> Study::standings() const {
  std::vector<Standing> out;
  if (!impl_->summary) return out;
  for (const auto& p : impl_->summary->policies)
    if (p.compared)
      out.push_back(
          {impl_->plan().source->policies[p.policy].name, p.best_share, p.mean_regret, p.worst_regret, p.worst_value});
  return out;
}

bool Study::any_solution() const {
  if (!impl_->summary) return false;
  for (const auto& p : impl_->summary->policies)
    if (p.failed < impl_->summary->worlds) return true;
  return false;
}

std::string Study::json() const {
  return impl_->summary ? report::json_text(impl_->answer()) : "";
}

std::string Study::markdown() const {
  return impl_->summary ? report::markdown_text(impl_->answer()) : "";
}

std::string Study::text(const Style& style) const {
  return impl_->summary ? report::terminal_text(impl_->answer(), {.colour = style.colour, .columns = style.columns})
                        : "";
}

std::optional<std::string> Study::page_data(std::string* error) const {
  const auto refuse = [&](std::string why) {
    if (error) *error = std::move(why);
    return std::nullopt;
  };
  if (!impl_->summary || !impl_->median || !impl_->median->policies.front().world)
    return refuse("the page needs a study that was run or opened, with its median world");
  auto data = report::page_data(impl_->answer(), *impl_->store, impl_->sources());
  if (!data) return refuse(data.error());
  return std::move(*data);
}

std::optional<std::string> Study::page(const std::string& page_template, std::string* error) const {
  const auto data = page_data(error);
  if (!data) return std::nullopt;
  auto page = report::html_page(page_template, *data);
  if (page) return std::move(*page);
  if (error) *error = page.error();
  return std::nullopt;
}

}  // namespace casus

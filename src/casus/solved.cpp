#include "casus/solved.h"

#include <algorithm>

#include "casus/compiled.h"
#include "casus/situation.h"
#include "report/world.h"
#include "study/accuracy.h"
#include "study/claims.h"
#include "study/settings.h"

namespace casus {

namespace {

const model::Case& case_of(const Solved::Impl& s) {
  return *s.compiled->plan->source;
}

}  // namespace

namespace detail {

report::WorldAnswer answer_of(const std::vector<Solved>& worlds) {
  const auto& compiled = *worlds.front().impl().compiled;
  report::WorldAnswer out{.plan = &*compiled.plan,
                          .case_file = compiled.project->name,
                          .version = version(),
                          .params = worlds.front().impl().params,
                          .policies = std::vector<study::MedianPolicy>(compiled.plan->policies.size()),
                          .claims = {}};
  for (auto& p : out.policies) p.result.error = "not asked for";
  std::vector<study::PolicyResult> results(out.policies.size());
  for (const auto& w : worlds) {
    auto& p = out.policies[w.impl().place];
    p.result = results[w.impl().place] = w.impl().result;
    p.world = w.impl().world;
    p.course = w.impl().course;
  }
  out.claims = study::judge_claims(*compiled.plan, out.params, results);
  return out;
}

}  // namespace detail

bool Solved::ok() const {
  return impl_->compiled && impl_->error.empty();
}

const std::string& Solved::error() const {
  return impl_->error;
}

bool Solved::stopped() const {
  return impl_->stopped;
}

std::string Solved::policy() const {
  if (!impl_->compiled) return {};
  const auto& plan = *impl_->compiled->plan;
  return plan.source->policies[plan.policies[impl_->place].policy].name;
}

std::vector<double> Solved::parameters() const {
  return impl_->params;
}

Certificate Solved::certificate() const {
  const auto& c = impl_->result.certificate;
  Certificate out;
  out.exact = c.method == solve::Method::exact;
  out.judged = c.judged;
  out.distance = c.distance;
  out.regret = c.regret;
  out.best_reply = c.best_reply;
  out.effect = c.effect;
  out.seen = c.seen;
  out.residual = c.residual;
  out.payoff_range = c.payoff_range;
  out.compared = !out.exact && c.compared;
  out.grid_change = c.grid_change;
  if (impl_->compiled && !out.exact) {
    out.points = impl_->compiled->plan->options.solve.points;
    out.held = study::held_names(*impl_->compiled->plan, impl_->compiled->plan->options.solve.held);
  }
  out.nodes = c.nodes;
  out.folds = c.folds;
  out.crossings = c.crossings;
  out.unstable = c.unstable;
  out.failed = c.failed;
  return out;
}

std::optional<double> Solved::measure(const std::string& name, unsigned round,
                                      const std::map<std::string, std::string>& given) const {
  if (!ok()) return std::nullopt;
  const auto& c = case_of(*impl_);
  const auto& layout = impl_->compiled->plan->layout;
  const auto m = model::find_measure(c, name);
  if (!m) return std::nullopt;
  const bool by_round = c.measures[*m].kind == model::MeasureKind::in_round;
  if (by_round ? round < 1 || round > layout.rounds[*m] : round != 0) return std::nullopt;
  std::vector<int> types(c.actors.size(), -1);
  for (const auto& [actor, type] : given) {
    const auto i = model::find_actor(c, actor);
    if (!i) return std::nullopt;
    const auto& known = c.actors[*i].types;
    const auto at = std::find(known.begin(), known.end(), type);
    if (at == known.end()) return std::nullopt;
    types[*i] = static_cast<int>(at - known.begin());
    // Where actors are counted a measure about one is not known given another's type.
    const auto& counted = impl_->compiled->plan->policies.front().game.counted;
    if (counted && (given.size() > 1 ||
                    (counted->crowd.about[*m] != game::none && counted->crowd.members[counted->crowd.about[*m]] != *i)))
      return std::nullopt;
  }
  return study::expected(layout, impl_->result.values, impl_->result.profile_prior, *m, by_round ? round - 1 : 0,
                         types);
}

std::optional<double> Solved::payoff(const std::string& actor) const {
  if (!ok()) return std::nullopt;
  const auto i = model::find_actor(case_of(*impl_), actor);
  if (!i) return std::nullopt;
  return impl_->result.payoffs[*i];
}

bool Solved::walkable() const {
  return impl_->world && impl_->world->walkable();
}

Situation Solved::start() const {
  auto at = std::make_shared<Situation::Impl>(Situation::Impl{impl_, impl_->world->walk(), 1});
  detail::pass(at->walk, at->probability);
  return Situation(std::move(at));
}

std::optional<Situation> Solved::at(const std::vector<std::string>& path, std::string* error) const {
  if (!walkable()) {
    if (error) *error = impl_->error.empty() ? "it has no equilibrium to walk through" : impl_->error;
    return std::nullopt;
  }
  std::optional<Situation> here = start();
  for (size_t next = 0; next < path.size();) {
    size_t many = 0;
    for (const auto& m : here->movers()) many += m.options.size() > 1;
    const size_t end = std::min(path.size(), next + std::max<size_t>(many, 1));
    here = here->take({path.begin() + static_cast<ptrdiff_t>(next), path.begin() + static_cast<ptrdiff_t>(end)}, error);
    if (!here) return std::nullopt;
    next = end;
  }
  return here;
}

std::optional<Course> Solved::course(const std::vector<std::string>& path, std::string* error) const {
  if (!walkable()) {
    if (error) *error = impl_->error.empty() ? "it has no equilibrium to walk through" : impl_->error;
    return std::nullopt;
  }
  auto walk = impl_->world->walk();
  Course out;
  size_t next = 0;
  while (!walk.over()) {
    uint32_t edge = walk.likeliest();
    if (const size_t many = detail::choosers(walk.here()); many > 0 && next < path.size()) {
      const size_t end = std::min(path.size(), next + many);
      std::string why;
      const auto named = detail::edge_named(
          case_of(*impl_), walk.here(),
          {path.begin() + static_cast<ptrdiff_t>(next), path.begin() + static_cast<ptrdiff_t>(end)}, why);
      if (!named) {
        if (error) *error = why;
        return std::nullopt;
      }
      edge = *named;
      next = end;
    }
    const auto step = walk.take(edge);
    out.probability *= step.probability;
    out.steps.push_back(detail::step_of(*impl_, step));
  }
  if (next < path.size()) {
    if (error) *error = "the game ends before '" + path[next] + "'";
    return std::nullopt;
  }
  return out;
}

std::vector<Solved> Solved::others() const {
  std::vector<Solved> out;
  for (size_t k = 0; k < impl_->result.others.size(); ++k) {
    const auto& other = impl_->result.others[k];
    auto one = std::make_shared<Impl>();
    if (impl_->world && k < impl_->world->others().size()) one->world = impl_->world->others()[k];
    one->compiled = impl_->compiled;
    one->place = impl_->place;
    one->params = impl_->params;
    one->result = other;
    one->error = other.error;
    out.emplace_back(std::move(one));
  }
  return out;
}

std::vector<WorldVerdict> verdicts(const std::vector<Solved>& worlds) {
  std::vector<WorldVerdict> out;
  if (worlds.empty() || !worlds.front().impl().compiled) return out;
  const auto& plan = *worlds.front().impl().compiled->plan;
  const auto& c = *plan.source;
  std::vector<study::PolicyResult> results(plan.policies.size());
  for (auto& r : results) r.error = "not asked for";
  std::vector<bool> there(plan.policies.size());
  for (const auto& w : worlds) {
    results[w.impl().place] = w.impl().result;
    there[w.impl().place] = true;
  }
  const auto judged = study::judge_claims(plan, worlds.front().impl().params, results);
  for (size_t k = 0; k < judged.size(); ++k) {
    const auto& claim = c.claims[plan.claims[k]];
    if (!std::all_of(claim.refs.begin(), claim.refs.end(),
                     [&](const auto& ref) { return there[plan.policy_place[ref.policy]]; }))
      continue;
    const auto& v = judged[k];
    out.push_back({claim.name, claim.words.text,
                   v.truth == study::Truth::holds   ? "holds"
                   : v.truth == study::Truth::fails ? "fails"
                                                    : "unknown",
                   v.margin, v.too_close(), v.turned});
  }
  return out;
}

std::string world_json(const std::vector<Solved>& worlds) {
  return worlds.empty() || !worlds.front().impl().compiled ? "" : report::json_text(detail::answer_of(worlds));
}

std::string world_text(const std::vector<Solved>& worlds, const Style& style) {
  if (worlds.empty() || !worlds.front().impl().compiled) return "";
  return report::terminal_text(detail::answer_of(worlds), {.colour = style.colour, .columns = style.columns});
}

}  // namespace casus

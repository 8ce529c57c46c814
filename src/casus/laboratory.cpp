#include "casus/laboratory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "base/fresh_file.h"
#include "casus/project.h"
#include "report/analysis.h"
#include "report/comparison.h"
#include "report/export.h"
#include "report/text.h"
#include "study/archive.h"

namespace casus {

struct Told::Impl {
  std::string error, json;
  bool input_error = false;
  std::function<std::string(const report::Style&)> text = {};
};

namespace {

Told refused(std::string why, bool input) {
  return Told(std::make_shared<Told::Impl>(Told::Impl{.error = std::move(why), .json = {}, .input_error = input}));
}

// Worlds held at once; a larger study is thinned evenly.
constexpr size_t most_worlds = 100'000;

// The measures that the options name, each once.
class Outcomes {
 public:
  explicit Outcomes(const study::Catalogue& names) : names_(names) {}
  base::Result<size_t> place(const std::string& text) {
    for (size_t k = 0; k < list_.size(); ++k)
      if (list_[k].name == text) return k;
    auto outcome = study::outcome_named(names_, text);
    if (!outcome) return base::Error{outcome.error()};
    list_.push_back(std::move(*outcome));
    return list_.size() - 1;
  }
  const std::vector<study::Outcome>& list() const { return list_; }

 private:
  const study::Catalogue& names_;
  std::vector<study::Outcome> list_;
};

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  return text;
}

base::Result<study::Demand> demand_of(Outcomes& outcomes, const std::string& text) {
  const base::Error wrong{fmt::format("'{}' is no demand; write --require 'lost<=0.2' or 'lost>=20%'", text)};
  const size_t at = text.rfind('=');
  if (at == std::string::npos || at == 0 || (text[at - 1] != '<' && text[at - 1] != '>')) return wrong;
  std::string number = trimmed(text.substr(at + 1));
  const bool percent = number.ends_with('%');
  if (percent) number = trimmed(number.substr(0, number.size() - 1));
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(value)) return wrong;
  const auto outcome = outcomes.place(trimmed(text.substr(0, at - 1)));
  if (!outcome) return base::Error{outcome.error()};
  return study::Demand{*outcome, percent ? value / 100 : value, text[at - 1] == '>'};
}

base::Result<study::Aim> aim_of(Outcomes& outcomes, const std::string& text) {
  const size_t at = text.rfind(':');
  const std::string direction = at == std::string::npos ? "" : text.substr(at + 1);
  if (direction != "min" && direction != "max")
    return base::Error{fmt::format("'{}' does not say which way is better; write --front lost:min,gain:max", text)};
  const auto outcome = outcomes.place(text.substr(0, at));
  if (!outcome) return base::Error{outcome.error()};
  return study::Aim{*outcome, direction == "min"};
}

// What the options ask for, in the study's own numbers.
struct Asked {
  explicit Asked(const study::Catalogue& names) : outcomes(names) {}
  Outcomes outcomes;
  study::DecisionOrder order;
  bool has_goal = false;
  uint32_t policy = 0;
  std::optional<uint32_t> minus;
  std::vector<uint32_t> claims, best;
};

base::Result<bool> resolve(const AnalysisRequest& a, const study::Catalogue& names, Asked& out) {
  std::string measure = a.objective;
  if (measure.empty())
    if (const auto first = study::first_outcome(names)) measure = first->name;
  if (!measure.empty()) {
    const auto place = out.outcomes.place(measure);
    if (!place) return base::Error{place.error()};
    out.has_goal = true;
    const bool probability = names.measures[out.outcomes.list()[*place].measure].probability;
    out.order.goal = {*place, a.minimise.value_or(probability)};
  }
  out.order.weight_of_worst = 1 - a.optimism;
  for (const auto& text : a.demands) {
    const auto demand = demand_of(out.outcomes, text);
    if (!demand) return base::Error{demand.error()};
    out.order.demands.push_back(*demand);
  }
  for (const auto& text : a.front) {
    const auto aim = aim_of(out.outcomes, text);
    if (!aim) return base::Error{aim.error()};
    out.order.front.push_back(*aim);
  }
  const auto policy = [&](const std::string& name) { return study::policy_named(names, name); };
  if (!a.policy.empty()) {
    const auto p = policy(a.policy);
    if (!p) return base::Error{p.error()};
    out.policy = *p;
  }
  if (!a.minus.empty()) {
    const auto p = policy(a.minus);
    if (!p) return base::Error{p.error()};
    out.minus = *p;
  }
  const auto choices = study::choices(names);
  for (const auto& name : a.best) {
    const auto p = policy(name);
    if (!p) return base::Error{p.error()};
    if (std::find(choices.begin(), choices.end(), *p) == choices.end())
      return base::Error{
          fmt::format("'{}' is another world, not another choice, so it is never called the best", name)};
    out.best.push_back(*p);
  }
  for (const auto& name : a.claims) {
    const auto c = study::claim_named(names, name);
    if (!c) return base::Error{c.error()};
    out.claims.push_back(*c);
  }
  return true;
}

void discover(const AnalysisRequest& a, const Asked& asked, const study::Archive& archive,
              report::AnalysisAnswer& out) {
  const auto& names = archive.names;
  const auto& sample = *out.sample;
  for (uint32_t c : asked.claims) out.discovery.push_back(study::discover_claim(sample, c, false));
  if (!out.goal_by_default || asked.has_goal) {
    for (uint32_t p : asked.best) out.discovery.push_back(study::discover_best(names, sample, out.goal, p));
    if (a.regret_above && !a.policy.empty())
      out.discovery.push_back(study::discover_regret(names, sample, out.goal, asked.policy, *a.regret_above));
  }
  const bool asked_for = !asked.claims.empty() || !asked.best.empty() || a.regret_above;
  // Nothing in particular: every question that divides the worlds, the most even first if only few are shown.
  std::vector<study::DiscoveryAnswer> found;
  size_t alike = 0;
  if (!asked_for) {
    for (uint32_t c = 0; c < names.claims.size(); ++c) {
      auto d = study::discover_claim(sample, c, true);
      if (d.too_few)
        ++alike;
      else
        found.push_back(std::move(d));
    }
    if (asked.has_goal)
      for (uint32_t p : study::choices(names)) {
        auto d = study::discover_best(names, sample, out.goal, p);
        if (!d.too_few) found.push_back(std::move(d));
      }
  }
  if ((!asked_for || (a.regret_above && a.policy.empty())) && asked.has_goal) {
    if (const auto decision = study::analyse_decision(names, sample, asked.order)) {
      const uint32_t best = decision->policies[decision->best];
      const auto regret = std::find_if(decision->criteria.begin(), decision->criteria.end(),
                                       [](const auto& c) { return c.name == "regret quantile"; });
      auto d = study::discover_regret(names, sample, out.goal, best,
                                      a.regret_above.value_or(regret->values[decision->best]));
      if (!d.too_few || a.regret_above) found.push_back(std::move(d));
    }
  }
  if (out.brief) {
    std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) {
      if (x.boxes.empty() != y.boxes.empty()) return y.boxes.empty();
      return std::fabs(x.share.value - 0.5) < std::fabs(y.share.value - 0.5);
    });
    found.resize(std::min<size_t>(found.size(), 3), study::DiscoveryAnswer{});
  }
  for (auto& d : found) out.discovery.push_back(std::move(d));
  if (alike > 0 && !out.brief)
    out.remarks.push_back(fmt::format("{} claim{} hold{} or fail{} in nearly every world, so no rule was looked for.",
                                      alike, alike == 1 ? "" : "s", alike == 1 ? "s" : "", alike == 1 ? "s" : ""));
}

// An analysis with all that its answer points to.
struct Analysed {
  study::Archive archive;
  Asked asked;
  std::optional<study::Sample> sample = {};
  report::AnalysisAnswer answer = {};
  explicit Analysed(study::Archive a) : archive(std::move(a)), asked(archive.names) {}
};

}  // namespace

bool Told::ok() const {
  return static_cast<bool>(impl_->text);
}

const std::string& Told::error() const {
  return impl_->error;
}

bool Told::input_error() const {
  return impl_->input_error;
}

std::string Told::json() const {
  return impl_->json;
}

std::string Told::text(const Style& style) const {
  return ok() ? impl_->text({.colour = style.colour, .columns = style.columns}) : "";
}

Told analyse(const std::string& study, const AnalysisRequest& request) {
  auto archive = study::Archive::open(study);
  if (!archive) return refused(archive.error(), true);
  const auto x = std::make_shared<Analysed>(std::move(*archive));
  const auto& names = x->archive.names;
  auto& asked = x->asked;
  if (const auto good = resolve(request, names, asked); !good) return refused(good.error(), true);
  if (x->archive.store.worlds() == 0) return refused(fmt::format("'{}' holds no world yet", study), false);
  auto sample = study::read_sample(x->archive, asked.outcomes.list(), most_worlds);
  if (!sample) return refused(sample.error(), false);
  x->sample = std::move(*sample);

  const bool all = !request.sensitivity && !request.discover && !request.decide;
  auto& answer = x->answer;
  answer.names = &names;
  answer.sample = &*x->sample;
  answer.outcomes = &asked.outcomes.list();
  answer.file = study;
  answer.version = version();
  answer.goal = asked.order.goal;
  answer.goal_by_default = request.objective.empty() && !request.minimise;
  answer.brief = all;
  if (!asked.has_goal)
    answer.remarks.push_back("No measure has a single value; name one with --objective 'NAME[round N]'.");
  auto out = std::make_shared<Told::Impl>();
  const auto missing = [&](const std::string& why) {
    if (all)
      answer.remarks.push_back(report::capitalised(why) + ".");
    else
      out->error += (out->error.empty() ? "" : "; ") + why;
  };
  if ((all || request.sensitivity) && asked.has_goal) {
    auto s = study::analyse_sensitivity(*x->sample, asked.outcomes.list(), asked.order.goal.outcome, asked.policy,
                                        asked.minus);
    if (s)
      answer.sensitivity.push_back(std::move(*s));
    else
      missing(s.error());
  }
  if (all || request.discover) discover(request, asked, x->archive, answer);
  if ((all || request.decide) && asked.has_goal) {
    auto d = study::analyse_decision(names, *x->sample, asked.order);
    if (d)
      answer.decision = std::move(*d);
    else
      missing(d.error());
  }
  if (!out->error.empty() && answer.sensitivity.empty() && answer.discovery.empty() && !answer.decision)
    return refused(out->error, false);
  out->json = report::json_text(answer);
  out->text = [x](const report::Style& style) { return report::terminal_text(x->answer, style); };
  return Told(std::move(out));
}

Told compare(const std::string& before, const std::string& after) {
  auto found = study::compare(before, after);
  if (!found) return refused(found.error(), true);
  const auto comparison = std::make_shared<const study::Comparison>(std::move(*found));
  const report::ComparisonAnswer answer{
      .before = before, .after = after, .version = version(), .comparison = comparison.get()};
  auto out = std::make_shared<Told::Impl>();
  out->json = report::json_text(answer);
  out->text = [answer, comparison](const report::Style& style) { return report::terminal_text(answer, style); };
  return Told(std::move(out));
}

std::string stored_problem(const std::string& study) {
  const auto archive = study::Archive::open(study);
  return archive ? "" : archive.error();
}

std::vector<std::string> table_names() {
  return report::table_names();
}

std::string export_csv(const std::string& study, const std::string& table,
                       const std::function<bool(std::string_view)>& write) {
  const auto archive = study::Archive::open(study);
  if (!archive) return archive.error();
  const auto done = report::write_csv(*archive, table, write);
  return done ? "" : done.error();
}

std::string export_netcdf(const std::string& study, const std::string& file) {
  const auto archive = study::Archive::open(study);
  if (!archive) return archive.error();
  std::error_code ignored;
  if (std::filesystem::equivalent(study, file, ignored))
    return fmt::format("'{}' is the study itself; write to another file", file);
  if (base::write_protected(file)) return fmt::format("cannot write '{}': it is write-protected", file);
  auto fresh = base::FreshFile::beside(file);
  if (!fresh) return fmt::format("cannot write '{}': {}", file, fresh.error());
  if (const auto done = report::write_netcdf(*archive, fresh->path().string()); !done)
    return fmt::format("cannot write '{}': {}", file, done.error());
  const auto placed = fresh->take_place();
  return placed ? "" : fmt::format("cannot write '{}': {}", file, placed.error());
}

}  // namespace casus

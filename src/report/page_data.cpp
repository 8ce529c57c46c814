#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/thread_pool.h"
#include "lab/given_data.h"
#include "report/alike.h"
#include "report/case_words.h"
#include "report/excerpt.h"
#include "report/html.h"
#include "report/text.h"
#include "solve/world.h"
#include "study/courses.h"

namespace casus::report {
namespace {

using Json = nlohmann::ordered_json;

// Six significant digits, which is more than a picture shows.
Json rounded(double x) {
  return std::isfinite(x) ? Json(std::strtod(fmt::format("{:.6g}", x).c_str(), nullptr)) : Json();
}

Json rounded(const std::vector<double>& values) {
  Json out = Json::array();
  for (double v : values) out.push_back(rounded(v));
  return out;
}

// What single worlds say, for as many worlds as the page holds.
struct Worlds {
  std::vector<int64_t> number;
  std::vector<std::vector<double>> params;               // [free parameter][world]
  std::vector<std::vector<std::vector<double>>> values;  // [policy][column][world], NaN where there is no solution
  std::vector<std::vector<double>> margins;              // [claim][world]
};

class PageData {
 public:
  PageData(const Answer& a, const study::Store& store, const base::SourceSet& sources, const PageOptions& options)
      : a_(a),
        plan_(*a.plan),
        c_(*a.plan->source),
        store_(store),
        sources_(sources),
        words_(c_, sources),
        options_(options) {}

  base::Result<std::string> data() {
    if (auto read = read_worlds(); !read) return base::Error{read.error()};
    out_ = Json::parse(json_text(a_));
    out_["claim_sentences"] = claim_sentences();
    out_["objective_sentence"] = objective_sentence(a_);
    out_["certificate_sentences"] = certificate_sentences(a_);
    out_["actors"] = actors();
    out_["params"] = params();
    out_["stages"] = words_.stages();
    out_["state_words"] = words_.states();
    for (size_t m = 0; m < c_.asked().size(); ++m) {
      out_["measures"][m]["text"] = excerpt(sources_, c_.measures[m].span);
      out_["measures"][m]["rounds"] = c_.measures[m].kind == model::MeasureKind::in_round ? c_.horizon : 0;
    }
    for (size_t p = 0; p < plan_.policies.size(); ++p)
      out_["policies"][p]["text"] = braced(sources_, c_.policies[plan_.policies[p].policy].span);
    mark_alike();
    claims();
    out_["by_type"] = by_type_;
    out_["single_worlds"] = worlds();
    out_["hangs_on"] = hangs_on();
    out_["courses"] = courses();
    Json texts = Json::array();
    for (uint32_t f = 0; f < sources_.size(); ++f)
      texts.push_back({{"name", sources_.name(f)}, {"text", sources_.text(f)}});
    out_["sources"] = texts;
    return out_.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

 private:
  base::Result<bool> read_worlds() {
    const size_t columns = plan_.layout.columns();
    const size_t a_world = plan_.policies.size() * columns + plan_.map.dimensions() + plan_.claims.size();
    const size_t most = std::max<size_t>(50, options_.most_numbers / a_world);
    kept_.params.resize(plan_.map.dimensions());
    auto read = store_.each_world([&](int64_t world, const std::vector<double>& params) {
      if (kept_.number.size() == most) return;
      kept_.number.push_back(world);
      for (size_t d = 0; d < kept_.params.size(); ++d) kept_.params[d].push_back(params[plan_.map.free()[d]]);
    });
    if (!read) return read;
    const std::vector<double> nothing(kept_.number.size(), std::nan(""));
    kept_.values.assign(plan_.policies.size(), std::vector(columns, nothing));
    kept_.margins.assign(plan_.claims.size(), nothing);
    auto place_of = [&](int64_t world) {
      const auto at = std::lower_bound(kept_.number.begin(), kept_.number.end(), world);
      return at != kept_.number.end() && *at == world ? static_cast<size_t>(at - kept_.number.begin())
                                                      : kept_.number.size();
    };
    start_by_type();
    read = store_.each_result([&](int64_t world, uint32_t place, const study::PolicyResult& r) {
      if (!r.ok()) return;
      add_by_type(place, r);
      const size_t w = place_of(world);
      if (w == kept_.number.size()) return;
      size_t column = 0;
      for (uint32_t m = 0; m < plan_.layout.asked; ++m)
        for (uint32_t k = 0; k < plan_.layout.rounds[m]; ++k)
          kept_.values[place][column++][w] = study::expected(plan_.layout, r.values, r.profile_prior, m, k);
    });
    if (!read) return read;
    finish_by_type();
    return store_.each_verdict([&](int64_t world, uint32_t claim, const study::Verdict& v) {
      if (const size_t w = place_of(world); w < kept_.number.size())
        kept_.margins[claim][w] = v.truth == study::Truth::unknown ? std::nan("") : v.margin;
    });
  }

  // The mean over worlds of every measure with one value, given each type of each actor that has some.
  void start_by_type() {
    by_type_sum_.assign(plan_.policies.size(), {});
    for (uint32_t i = 0; i < c_.actors.size(); ++i)
      for (uint32_t t = 0; c_.actors[i].types.size() > 1 && !plan_.policies.front().game.like_another(i) &&
                           t < c_.actors[i].types.size();
           ++t)
        given_.push_back({i, t});
    for (auto& sums : by_type_sum_) sums.assign(given_.size() * c_.asked().size(), {0.0, 0});
  }
  void add_by_type(uint32_t place, const study::PolicyResult& r) {
    for (size_t k = 0; k < given_.size(); ++k) {
      std::vector<int> type(c_.actors.size(), -1);
      type[given_[k].first] = static_cast<int>(given_[k].second);
      for (uint32_t m = 0; m < c_.asked().size(); ++m) {
        if (plan_.layout.rounds[m] != 1) continue;
        const double value = study::expected(plan_.layout, r.values, r.profile_prior, m, 0, type);
        if (!std::isfinite(value)) continue;
        auto& sum = by_type_sum_[place][k * c_.asked().size() + m];
        sum.first += value;
        ++sum.second;
      }
    }
  }
  void finish_by_type() {
    by_type_ = Json::array();
    for (const auto& sums : by_type_sum_) {
      Json policy = Json::array();
      for (size_t k = 0; k < given_.size(); ++k) {
        const auto& actor = c_.actors[given_[k].first];
        Json means = Json::object();
        for (size_t m = 0; m < c_.asked().size(); ++m)
          if (const auto& [sum, n] = sums[k * c_.asked().size() + m]; n > 0) means[c_.measures[m].name] = sum / n;
        policy.push_back({{"actor", actor.name}, {"type", actor.types[given_[k].second]}, {"means", means}});
      }
      by_type_.push_back(policy);
    }
  }

  // Of actors who are counted one stands for all.
  void mark_alike() {
    const auto& g = plan_.policies.front().game;
    if (!g.counted) return;
    for (uint32_t i = 0; i < c_.actors.size(); ++i)
      if (g.like_another(i))
        out_["actors"][i]["like"] = c_.actors[g.counted->crowd.members.front()].name;
      else if (is_one_of_many(g, i))
        out_["actors"][i]["stands_for"] = stands_for(g, i);
    for (size_t s = 0; s < c_.stages.size(); ++s)
      for (size_t d = 0; d < c_.stages[s].decisions.size(); ++d)
        if (g.like_another(c_.stages[s].decisions[d].actor)) out_["stages"][s]["decisions"][d]["like"] = true;
    for (size_t m = 0; m < c_.asked().size(); ++m)
      if (said_of_another(g, m)) out_["measures"][m]["like"] = true;
  }

  Json actors() const {
    const auto& g = plan_.policies.front().game;
    const auto world = solve::evaluate_world(g, a_.median->params);
    Json out = words_.actors();
    for (uint32_t i = 0; world.value && i < c_.actors.size(); ++i) {
      out[i]["precision"] = rounded(world.value->precision[i]);
      out[i]["discount"] = rounded(world.value->discount[i]);
      for (size_t t = 0; t < out[i]["types"].size(); ++t)
        out[i]["types"][t]["prior"] = rounded(world.value->prior[g.informed_index[i]][t]);
    }
    return out;
  }

  Json params() const {
    Json out = Json::array();
    std::vector<int> dimension(c_.params.size(), -1);
    for (size_t d = 0; d < plan_.map.dimensions(); ++d) dimension[plan_.map.free()[d]] = static_cast<int>(d);
    for (size_t p = 0; p < c_.params.size(); ++p) {
      Json one = words_.param(static_cast<uint32_t>(p));
      one["median"] = rounded(a_.median->params[p]);
      one["free"] = dimension[p];
      if (dimension[p] >= 0) {
        const auto& quantile = plan_.map.quantile(static_cast<size_t>(dimension[p]));
        one["q05"] = rounded(quantile(0.05));
        one["q95"] = rounded(quantile(0.95));
      }
      out.push_back(one);
    }
    return out;
  }

  Json claim_sentences() const {
    Json out = Json::array();
    for (const auto& s : a_.summary->claims) {
      Json lines = Json::array();
      lines.push_back(capitalised(share_sentence(s)) + ".");
      for (const auto& line : rule_sentences(a_, s)) lines.push_back(capitalised(line) + ".");
      out.push_back(lines);
    }
    return out;
  }

  void claims() {
    for (size_t k = 0; k < plan_.claims.size(); ++k) {
      out_["claims"][k].update(words_.claim(plan_.claims[k]));
    }
  }

  Json worlds() const {
    Json params = Json::array();
    for (const auto& column : kept_.params) params.push_back(rounded(column));
    Json names = Json::array();
    for (uint32_t p : plan_.map.free()) names.push_back(c_.params[p].name);
    Json values = Json::array();
    for (const auto& policy : kept_.values) {
      Json columns = Json::array();
      for (const auto& column : policy) columns.push_back(rounded(column));
      values.push_back(columns);
    }
    Json margins = Json::array();
    for (const auto& column : kept_.margins) margins.push_back(rounded(column));
    return {{"of", store_.worlds()}, {"number", kept_.number}, {"names", names},
            {"params", params},      {"values", values},       {"margins", margins}};
  }

  // What the objective hangs on under each policy, and its difference from the first policy.
  Json hangs_on() const {
    Json out = Json::array();
    const auto& objective = a_.summary->objective;
    if (!objective || plan_.map.dimensions() == 0 || kept_.number.size() < 50) return out;
    size_t column = 0;
    for (uint32_t m = 0; m < objective->measure; ++m) column += plan_.layout.rounds[m];
    for (size_t p = 0; p < plan_.policies.size(); ++p)
      for (const bool difference : {false, true}) {
        if (difference && p == 0) continue;
        std::vector<double> y;
        std::vector<size_t> rows;
        for (size_t w = 0; w < kept_.number.size(); ++w) {
          const double value = kept_.values[p][column][w] - (difference ? kept_.values[0][column][w] : 0);
          if (!std::isfinite(value)) continue;
          y.push_back(value);
          rows.push_back(w);
        }
        if (y.size() < 50) continue;
        out.push_back(outcome(p, difference, rows, y));
      }
    return out;
  }

  Json outcome(size_t policy, bool difference, const std::vector<size_t>& rows, const std::vector<double>& y) const {
    lab::Table table;
    for (size_t d = 0; d < kept_.params.size(); ++d) {
      lab::Column column{.name = c_.params[plan_.map.free()[d]].name};
      for (size_t w : rows) column.values.push_back(kept_.params[d][w]);
      table.columns.push_back(std::move(column));
    }
    const auto regression = lab::standardised_regression(table, y, true);
    const auto floor = lab::pawn_floor(table.columns.front().values, y);
    Json pawn = Json::array();
    for (const auto& column : table.columns) pawn.push_back(rounded(lab::pawn(column.values, y).median));
    return {{"policy", c_.policies[plan_.policies[policy].policy].name},
            {"difference", difference},
            {"pawn", pawn},
            {"floor", rounded(floor.value + floor.half_width)},
            {"rank_slope", rounded(regression.coefficients)},
            {"rank_r_squared", rounded(regression.r_squared)}};
  }

  Json courses() const {
    std::vector<study::CourseSample> samples(plan_.policies.size());
    const std::atomic<bool> never{false};
    base::for_each_index(samples.size(), a_.threads, never, [&](uint64_t p) {
      samples[p] = study::sample_courses(*a_.median->policies[p].world, options_.courses, plan_.options.seed);
    });
    Json out = Json::array();
    for (const auto& s : samples) {
      Json beliefs = Json::array();
      for (const auto& b : s.beliefs) {
        Json after = Json::array();
        for (const auto& x : b.after)
          after.push_back(rounded(std::vector{x.mean, x.low, x.lower, x.middle, x.upper, x.high}));
        beliefs.push_back({{"actor", c_.actors[b.actor].name},
                           {"type", c_.actors[b.actor].types[b.type]},
                           {"given", b.given_type < 0 ? Json() : Json(c_.actors[b.actor].types[b.given_type])},
                           {"after", after}});
      }
      Json stages = Json::array();
      for (const auto& t : s.stages)
        stages.push_back({{"stage", t.stage},
                          {"decision", t.decision == game::none ? Json() : Json(t.decision)},
                          {"round", t.round},
                          {"reached", rounded(t.reached)},
                          {"options", rounded(t.options)}});
      out.push_back({{"courses", s.courses}, {"beliefs", beliefs}, {"stages", stages}});
    }
    return out;
  }

  const Answer& a_;
  const study::Plan& plan_;
  const model::Case& c_;
  const study::Store& store_;
  const base::SourceSet& sources_;
  const CaseWords words_;
  const PageOptions& options_;
  Worlds kept_;
  std::vector<std::pair<uint32_t, uint32_t>> given_;                   // actor, type
  std::vector<std::vector<std::pair<double, uint64_t>>> by_type_sum_;  // [policy][given * measures + measure]
  Json by_type_;
  Json out_;
};

}  // namespace

base::Result<std::string> page_data(const Answer& a, const study::Store& store, const base::SourceSet& sources,
                                    const PageOptions& options) {
  return PageData(a, store, sources, options).data();
}

}  // namespace casus::report

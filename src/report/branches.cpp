#include "report/branches.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/text.h"

namespace casus::report {
namespace {

using study::Truth;

std::string world_text(int64_t world) {
  return world == study::median_world ? std::string("the median world") : fmt::format("world {}", world);
}

std::string measure_text(const study::Plan& plan, const study::BranchSpread& s) {
  const auto& c = *plan.source;
  const auto& m = c.measures[s.measure];
  return fmt::format("{}{}, {}", m.name,
                     plan.layout.rounds[s.measure] > 1 ? fmt::format(" in {} {}", c.round_label, s.round + 1) : "",
                     c.policies[plan.policies[s.policy_place].policy].name);
}

const char* truth_text(Truth t) {
  return t == Truth::holds ? "holds" : t == Truth::fails ? "fails" : "cannot be told";
}

// Whether a claim's verdict differs between the readings of a world.
bool flips(const study::BranchWorld& world, size_t claim) {
  return std::any_of(world.verdicts.begin(), world.verdicts.end(),
                     [&](const auto& v) { return v[claim].truth != world.verdicts.front()[claim].truth; });
}

struct Total {
  solve::SearchCount found, whole;  // at nodes and beliefs of grids; of whole games, each a world under a policy
  uint32_t starts = 0;              // of whole games, at most
  uint64_t worlds = 0;              // with several equilibria at some node under some policy
  uint64_t failed = 0;              // worlds and policies without a solution
};

Total total_of(const study::BranchAnswer& answer) {
  Total out;
  for (const auto& world : answer.worlds) {
    bool several = false;
    for (const auto& p : world.policies) {
      auto& to = p.whole ? out.whole : out.found;
      to.searched += p.found.searched;
      to.several += p.found.several;
      to.most = std::max(to.most, p.found.most);
      out.starts = std::max(out.starts, p.starts);
      out.failed += !p.readings.front().ok();
      several |= p.found.several > 0;
    }
    out.worlds += several;
  }
  return out;
}

class Section {
 public:
  Section(const study::Plan& plan, const study::BranchAnswer& answer, const Style& style)
      : plan_(plan), a_(answer), columns_(std::clamp<size_t>(style.columns, 60, 160)), colour_(style.colour) {}

  std::string text() {
    const auto total = total_of(a_);
    out_ = "\n" + tint("1", "Several equilibria") + "\n";
    const bool one = a_.worlds.size() == 1;
    std::string looked =
        one ? fmt::format("Looked for other equilibria in {}", world_text(a_.worlds.front().world))
            : fmt::format("Looked for other equilibria in {} worlds ({} whose branches fold, {} others)",
                          a_.worlds.size(), a_.folding, a_.worlds.size() - a_.folding);
    looked += ":";
    if (total.whole.searched > 0)
      looked += fmt::format(" from {} of the whole game{}", counted(total.starts, "start"),
                            total.whole.searched > 1 ? " in each under every policy" : "");
    if (total.found.searched > 0)
      looked += fmt::format(
          "{} by Newton's method from {} starts at each of {} (a node and a belief whose choice bears on itself)",
          total.whole.searched > 0 ? "; on grids" : "", a_.options.starts, counted(total.found.searched, "point"));
    if (total.failed > 0) prose(fmt::format("{} had no solution.", counted(total.failed, "world and policy")));
    if (total.found.searched + total.whole.searched == 0) {
      looked.back() = '.';
      prose(looked);
      prose("There is none: no choice bears on itself, so there is one equilibrium only.");
      return out_;
    }
    prose(looked + ".");
    if (total.found.several + total.whole.several == 0) {
      prose(
          "None was found, which is no proof that there is none: as far as this search sees, no measure and no verdict "
          "hangs on the selection.");
      return out_;
    }
    if (total.whole.several > 0)
      prose(
          one && total.whole.searched == 1
              ? fmt::format("There are {} at least. The answer was read taking {}.", total.whole.most, readings_text())
              : fmt::format("{} of {} (a world under a policy) have several, up to {}{}. They were read taking {}.",
                            total.whole.several, counted(total.whole.searched, "game"), total.whole.most,
                            one ? "" : fmt::format("; they lie in {} of the worlds", total.worlds), readings_text()));
    if (total.found.several > 0)
      prose(fmt::format("{} several, up to {} at one{}. There the game was solved again taking {}.",
                        total.found.several == 1 ? "1 point has" : fmt::format("{} points have", total.found.several),
                        total.found.most, one ? "" : fmt::format("; they lie in {} of the worlds", total.worlds),
                        readings_text()));
    spreads();
    verdicts();
    return out_;
  }

 private:
  std::string tint(const char* code, std::string_view text) const {
    return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }
  void prose(std::string_view text, size_t indent = 0) {
    out_ += wrapped(std::string(indent, ' '), text, columns_, indent);
  }

  std::string readings_text() const {
    std::string out;
    for (size_t r = 1; r < a_.readings.size(); ++r) {
      const auto& x = a_.readings[r];
      const bool picks = x.search.pick != solve::Pick::principal;
      out += fmt::format("{}{}",
                         r == 1                        ? ""
                         : r + 1 == a_.readings.size() ? " and "
                                                       : ", ",
                         picks ? x.name : fmt::format("the {} selection", x.name));
    }
    return out;
  }

  void spreads() {
    const auto all = study::branch_spreads(plan_, a_);
    if (all.empty()) {
      prose("No measure moves with them.");
      return;
    }
    constexpr size_t most = 12;
    const bool one = a_.worlds.size() == 1;
    out_ += "\n";
    prose(one ? "What the selection moves, from its lowest reading to its highest:"
              : "What the selection moves: means over these worlds, of each world's lowest and highest reading:");
    std::vector<std::vector<std::string>> rows{{"measure, policy", a_.readings.front().name, "lowest", "highest"}};
    if (!one) rows[0].emplace_back("most in a world");
    for (size_t k = 0; k < std::min(most, all.size()); ++k) {
      const auto& s = all[k];
      const bool p = plan_.source->measures[s.measure].probability;
      rows.push_back({measure_text(plan_, s), value_text(p, s.mean), value_text(p, s.low), value_text(p, s.high)});
      if (!one)
        rows.back().push_back(fmt::format("{}{}", p ? fmt::format("{:.3g} points", 100 * s.most) : number(s.most),
                                          fmt::format(" ({})", s.world)));
    }
    table(rows);
    const auto& top = all.front();
    prose(fmt::format("The most moves {}: lowest by {}, highest by {}{}.", measure_text(plan_, top),
                      reading_text(top.lowest), reading_text(top.highest),
                      one ? "" : fmt::format(", in {}", world_text(top.world))),
          2);
    if (all.size() > most) prose(fmt::format("{} more move less.", all.size() - most), 2);
    const auto coarse =
        std::max_element(all.begin(), all.end(), [](const auto& x, const auto& y) { return x.change < y.change; });
    if (coarse->change < 1e-3) return;
    prose(fmt::format("Where the equilibrium taken jumps from belief to belief the grid is less exact: refining it "
                      "moved {} by up to {} in some reading.",
                      measure_text(plan_, *coarse),
                      value_text(plan_.source->measures[coarse->measure].probability, coarse->change)),
          2);
  }

  std::string reading_text(size_t r) const {
    const auto& x = a_.readings[r];
    return x.name == "principal"                     ? std::string("the principal equilibrium")
           : x.search.pick == solve::Pick::principal ? fmt::format("the {} selection", x.name)
                                                     : fmt::format("'{}'", x.name);
  }

  void verdicts() {
    if (plan_.claims.empty()) return;
    out_ += "\n";
    size_t told = 0;
    for (size_t k = 0; k < plan_.claims.size(); ++k) {
      uint64_t count = 0;
      const study::BranchWorld* example = nullptr;
      for (const auto& world : a_.worlds)
        if (flips(world, k)) {
          ++count;
          if (!example) example = &world;
        }
      if (count == 0) continue;
      ++told;
      size_t other = 0;
      while (example->verdicts[other][k].truth == example->verdicts[0][k].truth) ++other;
      const auto& claim = plan_.source->claims[plan_.claims[k]];
      std::string where = a_.worlds.size() == 1
                              ? std::string()
                              : fmt::format("hangs on it in {} of {} worlds; ", count, a_.worlds.size());
      prose(fmt::format("'{}': {}in {} it {} by {}, {} by {}.", claim_text(claim), where, world_text(example->world),
                        truth_text(example->verdicts[0][k].truth), reading_text(0),
                        truth_text(example->verdicts[other][k].truth), reading_text(other)),
            2);
    }
    if (told == 0)
      prose(
          fmt::format("No verdict hangs on the selection: all {} claims come out alike by every reading in every "
                      "world searched.",
                      plan_.claims.size()));
    else if (told < plan_.claims.size())
      prose(fmt::format("{} of {} claims come out alike by every reading.", plan_.claims.size() - told,
                        plan_.claims.size()));
  }

  void table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<size_t> widths(rows.front().size());
    for (const auto& row : rows)
      for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
    size_t others = 0;
    for (size_t c = 1; c < widths.size(); ++c) others += widths[c] + 2;
    widths[0] = std::min(widths[0], columns_ > others + 14 ? columns_ - others - 2 : 12);
    for (size_t r = 0; r < rows.size(); ++r) {
      std::string text = "  " + pad_right(fitted(rows[r][0], widths[0]), widths[0]);
      for (size_t c = 1; c < rows[r].size(); ++c) text += "  " + pad_left(rows[r][c], widths[c]);
      out_ += (r == 0 ? tint("2", text) : text) + "\n";
    }
  }

  const study::Plan& plan_;
  const study::BranchAnswer& a_;
  size_t columns_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string branches_text(const study::Plan& plan, const study::BranchAnswer& answer, const Style& style) {
  return Section(plan, answer, style).text();
}

std::string branches_json(const study::Plan& plan, const study::BranchAnswer& answer) {
  using Json = nlohmann::ordered_json;
  const auto& c = *plan.source;
  const auto total = total_of(answer);
  Json out;
  Json worlds = Json::array(), readings = Json::array(), measures = Json::array(), claims = Json::array();
  for (const auto& w : answer.worlds) worlds.push_back(w.world);
  for (const auto& r : answer.readings) readings.push_back(r.name);
  for (const auto& s : study::branch_spreads(plan, answer))
    measures.push_back({{"measure", c.measures[s.measure].name},
                        {"round", s.round + 1},
                        {"policy", c.policies[plan.policies[s.policy_place].policy].name},
                        {"mean", s.mean},
                        {"lowest_mean", s.low},
                        {"highest_mean", s.high},
                        {"largest_spread", s.most},
                        {"world", s.world},
                        {"lowest_by", answer.readings[s.lowest].name},
                        {"highest_by", answer.readings[s.highest].name},
                        {"largest_grid_change", s.change}});
  for (size_t k = 0; k < plan.claims.size(); ++k) {
    Json flipped = Json::array();
    for (const auto& w : answer.worlds) {
      if (!flips(w, k)) continue;
      Json by = Json::object();
      for (size_t r = 0; r < answer.readings.size(); ++r) {
        const auto truth = w.verdicts[r][k].truth;
        by[answer.readings[r].name] = truth == Truth::holds ? "holds" : truth == Truth::fails ? "fails" : "unknown";
      }
      flipped.push_back({{"world", w.world}, {"verdicts", by}});
    }
    claims.push_back({{"name", c.claims[plan.claims[k]].name}, {"hangs_on_selection_in", flipped}});
  }
  out["worlds"] = worlds;
  out["worlds_that_fold"] = answer.folding;
  out["starts"] = answer.options.starts;
  out["games_searched"] = total.whole.searched;
  out["games_with_several"] = total.whole.several;
  out["most_of_one_game"] = total.whole.most;
  out["starts_of_a_game"] = total.starts;
  out["points_searched"] = total.found.searched;
  out["points_with_several"] = total.found.several;
  out["most_at_one_point"] = total.found.most;
  out["worlds_with_several"] = total.worlds;
  out["readings"] = readings;
  out["measures"] = measures;
  out["claims"] = claims;
  return out.dump();
}

}  // namespace casus::report

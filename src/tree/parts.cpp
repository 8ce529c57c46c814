#include "tree/parts.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "tree/limit.h"
#include "tree/part_tree.h"

namespace casus::tree {

namespace {

constexpr double kNothing = 1e-9;  // probabilities below it are 0 in a limit
constexpr double kStart = 250;     // scaled precision from which a tree is taken apart, if it can be reached

struct Part {
  std::vector<int> agents;  // settled here
  std::set<int> above;      // the parts whose strategies this one was built on
  bool valid = false;
};

class Assembly {
 public:
  Assembly(const Layout& layout, const std::vector<double>& log_prob, const PartsOptions& options)
      : g(layout), options_(options), state_(layout, log_prob) {
    part_of_.assign(g.agent_count, -1);
    belief_.assign(g.node_count, 0.0);
  }

  bool run() {
    // What was settled may have to be taken up again where strategies below it have changed since.
    for (int round = 0; round < options_.max_repairs; ++round) {
      for (find_parts(); !waiting_.empty(); find_parts())
        while (!waiting_.empty()) {
          auto agents = std::move(waiting_.back());
          waiting_.pop_back();
          if (!settle(std::move(agents))) return false;
        }
      Recall recall;
      recall.perfect.assign(g.player_count, false);
      const auto certificate = certify(g, recall, assessment());
      if (certificate.relative_gain() <= kNothing) return true;
      const auto again = built_on({part_of_[certificate.worst_agent]});
      for (size_t part = 0; part < again.size(); ++part)
        if (again[part]) unsettle(parts_[part]);
    }
    return true;
  }

  PartsResult result() {
    PartsResult out = statistics_;
    out.assessment = assessment();
    for (const Part& part : parts_) out.parts += part.valid;
    return out;
  }

 private:
  Assessment assessment() const {
    Assessment out{state_.prob, {}};
    complete_beliefs(g, out, belief_);
    return out;
  }

  // The parts to solve next: of the information sets that are not settled, those behind the fewest deviations, together
  // with what hangs together; of these, those that are reached with a probability above the bound once there.
  void find_parts() {
    waiting_.clear();
    std::vector<int> group(g.agent_count + g.action_count);
    std::iota(group.begin(), group.end(), 0);
    auto root = [&](int k) {
      while (group[k] != k) k = group[k] = group[group[k]];
      return k;
    };
    std::vector<int> level(g.node_count, 0), above(g.node_count, -1), agent_level(g.agent_count, g.node_count);
    std::vector<double> reach(g.node_count, 0.0), agent_reach(g.agent_count, -std::numeric_limits<double>::infinity());
    for (int n = 0; n < g.node_count; ++n) {
      const int p = g.parent[n];
      if (p >= 0) {
        const int h = g.agent[p], k = n - g.first_child[p];
        level[n] = level[p];
        above[n] = above[p];
        reach[n] = reach[p];
        if (h < 0) {
          level[n] += g.chance[n] == 0;
        } else if (!state_.settled[h]) {
          above[n] = h;
          reach[n] += std::log(state_.prob[g.first_action[h] + k]);
        } else if (state_.prob[g.first_action[h] + k] == 0) {
          ++level[n];
          above[n] = g.agent_count + g.first_action[h] + k;
        } else {
          reach[n] += std::log(state_.prob[g.first_action[h] + k]);
        }
      }
      const int h = g.agent[n];
      if (h < 0 || state_.settled[h]) continue;
      if (above[n] >= 0) group[root(h)] = root(above[n]);
      if (level[n] < agent_level[h]) {
        agent_level[h] = level[n];
        agent_reach[h] = reach[n];
      } else if (level[n] == agent_level[h]) {
        agent_reach[h] = std::max(agent_reach[h], reach[n]);
      }
    }
    int least = g.node_count;
    for (int h = 0; h < g.agent_count; ++h)
      if (!state_.settled[h]) least = std::min(least, agent_level[h]);
    std::vector<double> best(group.size(), -std::numeric_limits<double>::infinity());
    std::vector<int> part(group.size(), -1);
    auto belongs = [&](int h) { return !state_.settled[h] && agent_level[h] == least; };
    for (int h = 0; h < g.agent_count; ++h)
      if (belongs(h)) best[root(h)] = std::max(best[root(h)], agent_reach[h]);
    for (int h = 0; h < g.agent_count; ++h) {
      if (!belongs(h) || agent_reach[h] < best[root(h)] + options_.bound) continue;
      int& place = part[root(h)];
      if (place < 0) {
        place = static_cast<int>(waiting_.size());
        waiting_.emplace_back();
      }
      waiting_[place].push_back(h);
    }
  }

  // Solves and settles a part; a part that its own limit leaves grows, one that is worth entering is joined with those
  // it is entered from, which are taken up again.
  bool settle(std::vector<int> agents) {
    while (true) {
      const PartTree small(state_, agents);
      if (!small.hidden_by.empty()) {
        agents.insert(agents.end(), small.hidden_by.begin(), small.hidden_by.end());
        continue;
      }
      if (++statistics_.solved > options_.max_solved || out_of_time()) return false;
      const Layout layout(small.tree);
      Recall recall;
      recall.perfect.assign(g.player_count, false);
      Branch branch(layout, {.max_steps = 2000, .max_folds = 40, .rungs = false, .stop = options_.stop});
      BranchPoint highest;
      auto visit = [&](const BranchPoint& point) {
        if (point.precision >= highest.precision) highest = point;
      };
      // A first look, since a part that has to grow need not be solved to the end.
      Limit limit = follow_to_limit(layout, recall, branch, visit, 1e4);
      std::vector<int> more;
      if (limit.scaled_precision > 0) {
        more = small.reached_outside(layout, without_less_than(0.02, layout, limit.assessment));
        if (more.empty()) limit = follow_to_limit(layout, recall, branch, visit);
      }
      statistics_.steps += branch.statistics().steps;
      statistics_.folds += branch.statistics().folds;
      if (limit.scaled_precision == 0) return recut(small, layout, highest, agents);
      if (more.empty()) {
        limit.assessment = without_less_than(kNothing, layout, limit.assessment);
        if (join_with_entered(small, layout, limit.assessment.prob, agents)) continue;
        more = small.reached_outside(layout, limit.assessment);
      }
      if (more.empty()) return accept(small, layout, limit.assessment);
      grow(agents, more);
    }
  }

  static Assessment without_less_than(double bound, const Layout& layout, Assessment assessment) {
    for (int h = 0; h < layout.agent_count; ++h) {
      double sum = 0;
      for (int a = layout.first_action[h]; a < layout.first_action[h + 1]; ++a) {
        double& p = assessment.prob[a];
        if (p < bound) p = 0;
        sum += p;
      }
      for (int a = layout.first_action[h]; a < layout.first_action[h + 1]; ++a) assessment.prob[a] /= sum;
    }
    return assessment;
  }

  // A part that is too large itself is taken apart at the highest precision that it was followed to.
  bool recut(const PartTree& small, const Layout& layout, const BranchPoint& highest, const std::vector<int>& agents) {
    if (++recuts_ > options_.max_repairs || highest.log_prob.empty()) return false;
    for (int h = 0; h < layout.agent_count; ++h) {
      const auto& choice = small.choices[layout.info_set[h]];
      for (int a = 0; choice.whole && a < g.actions_of(choice.agent); ++a)
        state_.prob[g.first_action[choice.agent] + a] = std::exp(highest.log_prob[layout.first_action[h] + a]);
    }
    state_.update_values(agents);
    waiting_.clear();
    return true;
  }

  // Where it pays to enter, takes up again the parts that are entered from and what stands between.
  bool join_with_entered(const PartTree& small, const Layout& layout, const std::vector<double>& prob,
                         std::vector<int>& agents) {
    std::set<int> join;
    for (int h = 0; h < layout.agent_count; ++h) {
      const auto& choice = small.choices[layout.info_set[h]];
      if (!choice.whole && prob[layout.first_action[h]] < 1) join.insert(part_of_[choice.agent]);
    }
    if (join.empty()) return false;
    waiting_.clear();
    const auto gone = built_on(join);
    for (int h : small.relied_on)
      if (gone[part_of_[h]]) join.insert(part_of_[h]);
    for (int part : join) agents.insert(agents.end(), parts_[part].agents.begin(), parts_[part].agents.end());
    for (size_t part = 0; part < gone.size(); ++part)
      if (gone[part]) unsettle(parts_[part]);
    std::sort(agents.begin(), agents.end());
    agents.erase(std::unique(agents.begin(), agents.end()), agents.end());
    return true;
  }

  // Whether anybody was settled.
  bool accept(const PartTree& small, const Layout& layout, const Assessment& limit) {
    Part part;
    part.valid = true;
    const int id = static_cast<int>(parts_.size());
    for (int h = 0; h < layout.agent_count; ++h) {
      const auto& choice = small.choices[layout.info_set[h]];
      if (!choice.whole) continue;
      part.agents.push_back(choice.agent);
      part_of_[choice.agent] = id;
      state_.settled[choice.agent] = 1;
      for (int a = 0; a < g.actions_of(choice.agent); ++a)
        state_.prob[g.first_action[choice.agent] + a] = limit.prob[layout.first_action[h] + a];
    }
    for (int n = 0; n < layout.node_count; ++n)
      if (layout.agent[n] >= 0 && small.original[n] >= 0) belief_[small.original[n]] = limit.belief[n];
    for (int h : small.relied_on) part.above.insert(part_of_[h]);
    statistics_.largest = std::max(statistics_.largest, static_cast<int>(part.agents.size()));
    const bool any = !part.agents.empty();
    parts_.push_back(std::move(part));
    state_.update_values(parts_.back().agents);
    return any;
  }

  // Adds agents to the part, and those that are likely to be reached from them.
  void grow(std::vector<int>& agents, const std::vector<int>& more) const {
    std::set<int> in_part(agents.begin(), agents.end());
    std::vector<std::pair<int, double>> open;  // node, logarithm of the probability to get there
    auto add = [&](int h, double reach) {
      if (!in_part.insert(h).second) return;
      agents.push_back(h);
      for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) open.emplace_back(g.members[m], reach);
    };
    for (int h : more) add(h, 0);
    while (!open.empty()) {
      const auto [n, reach] = open.back();
      open.pop_back();
      for (int c = g.first_child[n]; c < g.first_child[n] + g.child_count[n]; ++c) {
        const double further = reach + std::log(state_.move(c));
        if (!(further > options_.bound)) continue;
        const int h = g.agent[c];
        if (h >= 0 && !state_.settled[h] && !in_part.count(h))
          add(h, further);
        else if (h < 0 || state_.settled[h])
          open.emplace_back(c, further);
      }
    }
  }

  // Marks the given parts and all that were built on them.
  std::vector<char> built_on(const std::set<int>& parts) const {
    std::vector<char> marked(parts_.size(), 0);
    for (size_t k = 0; k < parts_.size(); ++k) {
      marked[k] = parts.count(static_cast<int>(k)) > 0;
      for (int above : parts_[k].above) marked[k] = marked[k] || marked[above];
      marked[k] = marked[k] && parts_[k].valid;
    }
    return marked;
  }

  void unsettle(Part& part) {
    part.valid = false;
    for (int h : part.agents) {
      state_.settled[h] = 0;
      part_of_[h] = -1;
      for (int n = g.member_start[h]; n < g.member_start[h + 1]; ++n) belief_[g.members[n]] = 0;
    }
  }

  bool out_of_time() const {
    if (options_.stop && *options_.stop) return true;
    return options_.max_seconds > 0 &&
           std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count() > options_.max_seconds;
  }

  const Layout& g;
  const PartsOptions options_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  PartialProfile state_;
  std::vector<int> part_of_;    // by agent
  std::vector<double> belief_;  // by node
  std::vector<Part> parts_;
  PartsResult statistics_;
  int recuts_ = 0;
  std::vector<std::vector<int>> waiting_;  // parts to solve, as long as nothing is taken up again
};

}  // namespace

std::optional<PartsResult> limit_by_parts(const Layout& layout, const std::vector<double>& log_prob,
                                          const PartsOptions& options) {
  Assembly assembly(layout, log_prob, options);
  if (!assembly.run()) return std::nullopt;
  return assembly.result();
}

FoundLimit find_limit(const Layout& layout, const Recall& recall, const LimitOptions& given,
                      const std::function<void(const BranchPoint&)>& visit) {
  const auto started = std::chrono::steady_clock::now();
  Branch branch(layout, {.max_steps = given.max_steps,
                         .max_seconds = given.max_seconds,
                         .max_folds = given.max_folds,
                         .max_work = std::max(BranchOptions().max_work, given.max_work_after_fold),
                         .max_work_after_fold = given.max_work_after_fold,
                         .rungs = false,
                         .stop = given.stop});
  FoundLimit out;
  BranchPoint start;
  auto watch = [&](const BranchPoint& point) {
    if (point.precision >= start.precision) start = point;
    if (visit) visit(point);
  };
  out.limit = follow_to_limit(layout, recall, branch, watch);
  out.statistics = branch.statistics();
  if (out.statistics.left_at == 0 ||
      (out.limit.scaled_precision > 0 && out.limit.certificate.relative_gain() <= kNothing))
    return out;
  // The further up, the smaller the parts; so a few rungs more, as far as they go easily.
  branch.allow_rungs();
  BranchPoint point;
  branch.follow_to(kStart / layout.scale, point, watch);
  out.statistics = branch.statistics();
  PartsOptions options{.stop = given.stop};
  if (given.max_seconds > 0)
    options.max_seconds = std::max(
        1e-3, given.max_seconds - std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  out.parts = limit_by_parts(layout, start.log_prob, options);
  if (!out.parts) {
    if (given.stop && *given.stop) out.limit.end = BranchEnd::interrupted;
    return out;
  }
  out.limit.assessment = out.parts->assessment;
  out.limit.certificate = certify(layout, recall, out.limit.assessment);
  out.limit.scaled_precision = start.precision * layout.scale;
  out.limit.end = BranchEnd::reached;
  return out;
}

}  // namespace casus::tree

#include "solve/histories.h"

#include <algorithm>
#include <unordered_map>

#include "base/hash.h"

namespace casus::solve {

namespace {

using game::NodeId;
using game::NodeKind;
using game::none;

struct Hash {
  size_t operator()(const std::vector<uint32_t>& words) const {
    uint64_t h = words.size();
    for (const uint32_t w : words) h = base::mix(h, w);
    return h;
  }
};

class Unfolder {
 public:
  Unfolder(const game::Game& g, const HistoryLimit& limit) : g_(g), limit_(limit) {}

  std::optional<Histories> run() {
    // Depth first with a stack of our own: games may be thousands of stages deep.
    struct Visit {
      uint32_t history, next_edge;
    };
    std::vector<Visit> stack;
    std::vector<uint32_t> finished;  // in the order in which all that follows has been found
    stack.push_back({enter(g_.start().node, std::vector<uint32_t>(g_.informed.size(), 0)), 0});
    while (!stack.empty()) {
      if (out_.decisions > limit_.decisions || out_.at.size() > limit_.histories) return std::nullopt;
      auto& [history, next_edge] = stack.back();
      const uint32_t edge = next_edge++;
      if (edge == g_.nodes[out_.at[history].node].edges) {
        finished.push_back(history);
        stack.pop_back();
        continue;
      }
      const size_t before = out_.at.size();
      const uint32_t child = step(history, edge);
      out_.child[out_.at[history].first_child + edge] = child;
      if (out_.at.size() == before) continue;
      out_.from.push_back({history, edge});
      stack.push_back({child, 0});
    }
    return in_order(finished);
  }

 private:
  // The history at a node with these beliefs, made if it is not there.
  uint32_t enter(NodeId node, std::vector<uint32_t> key) {
    for (uint32_t k = 0; k < key.size(); ++k)
      if (!(g_.nodes[node].mass_mask >> k & 1)) key[k] = 0;
    key.push_back(node);
    const auto [it, fresh] = known_.try_emplace(std::move(key), static_cast<uint32_t>(out_.at.size()));
    if (fresh) {
      const auto& movers = g_.shapes[g_.nodes[node].shape].movers;
      out_.decisions += std::any_of(movers.begin(), movers.end(), [](const auto& m) { return m.options.size() > 1; });
      out_.at.push_back({node, static_cast<uint32_t>(out_.child.size())});
      out_.child.resize(out_.child.size() + g_.nodes[node].edges);
      keys_.push_back(&it->first);
    }
    return it->second;
  }

  // The number of an event after which a belief is settled; 0 is the prior.
  uint32_t event(uint32_t kind, uint32_t a, uint32_t b, uint32_t c) {
    return events_.try_emplace({kind, a, b, c}, static_cast<uint32_t>(events_.size() + 1)).first->second;
  }

  uint32_t step(uint32_t history, uint32_t edge) {
    std::vector<uint32_t> key(keys_[history]->begin(), keys_[history]->end() - 1);
    const NodeId n = out_.at[history].node;
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    const auto& e = g_.edges[node.first_edge + edge];
    // Chance moves a belief by its odds, whatever else is believed; a choice depends on all beliefs at its history.
    if (shape.kind == NodeKind::chance && shape.informer != none && node.edges > 1)
      key[shape.informer] = event(0, key[shape.informer], e.probability, 0);
    uint32_t rest = edge;
    for (auto m = static_cast<uint32_t>(shape.movers.size()); m-- > 0;) {
      const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
      const uint32_t k = g_.informed_index[shape.movers[m].actor];
      if (k != none && options > 1) key[k] = event(1, history, m, rest % options);
      rest /= options;
    }
    return enter(e.target, std::move(key));
  }

  // Renumbered so that what leads to a history comes before it, and what follows soon after.
  Histories in_order(const std::vector<uint32_t>& finished) {
    std::vector<uint32_t> place(finished.size());
    for (size_t i = 0; i < finished.size(); ++i) place[finished[i]] = static_cast<uint32_t>(finished.size() - 1 - i);
    Histories out;
    out.decisions = out_.decisions;
    out.at.resize(out_.at.size());
    out.from.resize(out_.at.size());
    out.child.reserve(out_.child.size());
    for (size_t i = finished.size(); i-- > 0;) {
      const uint32_t old = finished[i];
      auto& history = out.at[place[old]];
      history = {out_.at[old].node, static_cast<uint32_t>(out.child.size())};
      for (uint32_t e = 0; e < g_.nodes[history.node].edges; ++e)
        out.child.push_back(place[out_.child[out_.at[old].first_child + e]]);
      if (old > 0) out.from[place[old]] = {place[out_.from[old - 1].history], out_.from[old - 1].edge};
    }
    return out;
  }

  const game::Game& g_;
  const HistoryLimit& limit_;
  Histories out_;                                                    // `from` lacks the start
  std::unordered_map<std::vector<uint32_t>, uint32_t, Hash> known_;  // beliefs and node
  std::vector<const std::vector<uint32_t>*> keys_;                   // per history
  std::unordered_map<std::vector<uint32_t>, uint32_t, Hash> events_;
};

}  // namespace

std::optional<Histories> unfold(const game::Game& g, const HistoryLimit& limit) {
  return Unfolder(g, limit).run();
}

}  // namespace casus::solve

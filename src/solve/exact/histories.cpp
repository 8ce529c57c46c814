#include "solve/exact/histories.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/hash.h"

namespace casus::solve {

namespace {

using game::NodeId;
using game::NodeKind;
using game::none;

// Keys of so many words each, numbered in the order in which they come. They stand in one piece and the table holds
// numbers only: a large game is given up for its size after half a million of them, and that ought to take no time.
class Keys {
 public:
  explicit Keys(size_t words) : words_(words), table_(1024, none) {}

  const uint32_t* operator[](uint32_t number) const { return &all_[number * words_]; }
  // The number of a key, and whether it is new.
  std::pair<uint32_t, bool> add(const std::vector<uint32_t>& key) {
    if (2 * count_ >= table_.size()) grow();
    uint32_t& at = place(key.data());
    if (at != none) return {at, false};
    all_.insert(all_.end(), key.begin(), key.end());
    return {at = count_++, true};
  }

 private:
  uint32_t& place(const uint32_t* key) {
    uint64_t h = words_;
    for (size_t i = 0; i < words_; ++i) h = base::mix(h, key[i]);
    size_t slot = h & (table_.size() - 1);
    while (table_[slot] != none && !std::equal(key, key + words_, (*this)[table_[slot]]))
      slot = (slot + 1) & (table_.size() - 1);
    return table_[slot];
  }
  void grow() {
    table_.assign(2 * table_.size(), none);
    for (uint32_t i = 0; i < count_; ++i) place((*this)[i]) = i;
  }

  size_t words_;
  uint32_t count_ = 0;
  std::vector<uint32_t> all_, table_;
};

class Unfolder {
 public:
  Unfolder(const game::Game& g, const HistoryLimit& limit)
      : g_(g), limit_(limit), known_(g.informed.size() + 1), key_(g.informed.size() + 1) {}

  std::optional<Histories> run() {
    // Depth first with a stack of our own: games may be thousands of stages deep.
    struct Visit {
      uint32_t history, next_edge;
    };
    std::vector<Visit> stack;
    std::vector<uint32_t> finished;  // in the order in which all that follows has been found
    stack.push_back({enter(g_.start().node), 0});
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
  // The history at a node with the beliefs of key_, made if it is not there.
  uint32_t enter(NodeId node) {
    for (uint32_t k = 0; k < g_.informed.size(); ++k)
      if (!(g_.nodes[node].mass_mask >> k & 1)) key_[k] = 0;
    key_.back() = node;
    const auto [history, fresh] = known_.add(key_);
    if (!fresh) return history;
    const auto& movers = g_.shapes[g_.nodes[node].shape].movers;
    out_.decisions += g_.shapes[g_.nodes[node].shape].decides();
    out_.at.push_back({node, static_cast<uint32_t>(out_.child.size())});
    out_.child.resize(out_.child.size() + g_.nodes[node].edges);
    first_event_.push_back(events_);
    const auto& shape = g_.shapes[g_.nodes[node].shape];
    if (shape.hidden) events_ += shape.signals();
    for (const auto& m : movers) events_ += shape.hidden ? 0 : static_cast<uint32_t>(m.options.size());
    return history;
  }

  // After an edge of a history.
  uint32_t step(uint32_t history, uint32_t edge) {
    std::copy_n(known_[history], key_.size(), key_.begin());
    const NodeId n = out_.at[history].node;
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    const auto& e = g_.edges[node.first_edge + edge];
    // Chance moves a belief by its odds, whatever else is believed; a choice depends on all beliefs at its history.
    if (shape.kind == NodeKind::chance && shape.informer != none && node.edges > 1) {
      const auto [at, fresh] = by_chance_.try_emplace(uint64_t{key_[shape.informer]} << 32 | e.probability, events_);
      events_ += fresh;
      key_[shape.informer] = at->second;
    }
    if (shape.hidden) {
      // What is done is one history for all who see its signal only.
      if (shape.informer != none && g_.nodes[n].telling >> shape.informer & 1)
        key_[shape.informer] = first_event_[history] + shape.seen(edge);
      return enter(e.target);
    }
    uint32_t rest = edge, event = first_event_[history];
    for (auto m = static_cast<uint32_t>(shape.movers.size()); m-- > 0;) {
      const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
      const uint32_t k = g_.informed_index[shape.movers[m].actor];
      if (k != none && options > 1) key_[k] = event + rest % options;
      rest /= options;
      event += options;
    }
    if (e.turn != 0) {
      uint32_t& of = key_[g_.turns[e.turn].informed];
      const auto [at, fresh] = by_turn_.try_emplace(uint64_t{of} << 32 | e.turn, events_);
      events_ += fresh;
      of = at->second;
    }
    return enter(e.target);
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
  Histories out_;  // `from` lacks the start
  // Per history: the events after which each belief is settled, 0 for the prior, and the node.
  Keys known_;
  std::vector<uint32_t> key_;
  uint32_t events_ = 1;                               // numbered so far
  std::vector<uint32_t> first_event_;                 // per history: that of its movers' first options
  std::unordered_map<uint64_t, uint32_t> by_chance_;  // by the event before and the odds
  std::unordered_map<uint64_t, uint32_t> by_turn_;    // by the event before and what becomes of the type
};

}  // namespace

std::optional<Histories> unfold(const game::Game& g, const HistoryLimit& limit) {
  return Unfolder(g, limit).run();
}

}  // namespace casus::solve

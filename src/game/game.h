// The compiled game of a case under one policy: in, a checked model; out, a layered graph of nodes as flat arrays in
// which only a world's parameters are left open.
//
// Every value is kept given the full profile of types ("payoff of actor i when the types are theta"), so a node's
// continuation depends on the public belief only through the choices that still follow.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "game/crowd.h"
#include "game/program.h"
#include "model/case_model.h"

namespace casus::game {

using NodeId = uint32_t;

// One actor with two or more types; its public belief has types - 1 axes: the log-odds of type k against type 0.
struct Informed {
  uint32_t actor = 0;
  uint32_t types = 0;
  uint32_t first_axis = 0;
};

// Who chooses what at a node; shared by all nodes alike.
struct Mover {
  uint32_t actor = 0;
  uint32_t decision = 0;          // within the stage
  std::vector<uint32_t> options;  // positions in the decision's option list that are open here
  // Where a policy binds some types and not all to the same: per type, which of `options` it plays for certain, or
  // none. Else empty. Every option is played by a type that is bound to it or by one that is free.
  std::vector<uint32_t> bound = {};
  // In a game that counts: so many actors who stand together, `actor` the first, each choosing for itself; an edge has
  // the number of one of their `shares` in the place of an option.
  uint32_t alike = 1;

  uint32_t tie(uint32_t type) const { return bound.empty() ? none : bound[type]; }
  // Whether some type has a choice.
  bool chooses() const {
    return options.size() > 1 && (bound.empty() || std::count(bound.begin(), bound.end(), none) > 0);
  }
};

enum class NodeKind : uint8_t { end, settle, move, chance };

struct Shape {
  NodeKind kind = NodeKind::end;
  uint32_t stage = none;      // move, chance
  std::vector<Mover> movers;  // move
  // Chance: index into `informed` of the actor whose type the odds depend on; hidden: of whom what is seen speaks.
  uint32_t informer = none;
  std::vector<uint32_t> outcomes;  // chance: positions in the stage's outcome list that are open here; hidden: signals
  // A move that nobody sees: every joint choice has an edge for each signal, the signal varying fastest, and what
  // everybody learns is the signal. Edges of one signal lead to one node.
  bool hidden = false;

  // So many things may be seen after each joint choice of a move, and what is seen after an edge: those that are told
  // apart are alike in it.
  uint32_t signals() const { return hidden ? std::max<uint32_t>(1, static_cast<uint32_t>(outcomes.size())) : 1; }
  uint32_t seen(uint32_t edge) const { return hidden ? edge % signals() : edge; }

  // Whether somebody has a choice, and whether some type of somebody has none beside others that act differently.
  bool decides() const {
    return std::any_of(movers.begin(), movers.end(), [](const Mover& m) { return m.chooses(); });
  }
  bool binds() const {
    return std::any_of(movers.begin(), movers.end(), [](const Mover& m) { return !m.bound.empty(); });
  }
};

// What a game that counts its crowd knows beside: who stands together at every node, and what becomes of them. If its
// members have types they stand in `informed` as one, the first: a profile is the type of the one who is asked about,
// and in a member's own row of a table that member's.
struct Counted {
  Crowd crowd;
  struct Class {
    uint32_t first = 0, count = 0;  // places
    uint32_t mover = none;          // of the node's shape; none: they do not choose
    uint32_t tally = 0;             // tally list of one of them: measures about one member
  };
  std::vector<Class> classes;
  std::vector<uint32_t> first_class;  // node n has [first_class[n], first_class[n + 1])
  // A step has a slot for every option of every class, one where there is no choice; the first of each edge. Of each
  // slot: where one who did that stands afterwards (none: nobody did), and the measures about one member that it makes
  // true for that one (event list).
  std::vector<uint32_t> place, event;
  std::vector<size_t> first_slot;
};

// What a game without a last round knows beside. Its graph is one round, laid out from every state in which one may
// begin: an end node stands for the end of a round in a state. There the game ends with a probability, and then what
// the node says is paid and counted; else play goes on.
struct Endless {
  Slot ends = zero_slot;
  std::vector<NodeId> again;  // per node: of an end node where the next round begins; else none
};

// A joint action (the last mover's option varies fastest), an outcome of chance, or the one step out of a settle node.
struct Edge {
  NodeId target = none;
  uint32_t payoff = 0;  // payoff table: 0 is "nobody gets anything"
  uint32_t event = 0;   // event list: measures that this step makes true; 0 is none
  uint32_t probability =
      0;  // chance, hidden: first of the probability slots, one per type of the informer (one if there is none)
  uint32_t turn = 0;  // Game::turns: what becomes of an actor's type; 0: types stay
};

// What becomes of an actor's type at a step: from type t to u with probability
// probability_tables[first + t * types + u].
struct Turn {
  uint32_t informed = none;  // index
  uint32_t first = 0;
};

// What is paid at the end of a round, or of all, that hangs on what is believed then: a program of its own, in which a
// parameter is a slot of the game's program, and for each of those paid its slots, one per profile.
struct BeliefPay {
  Program program;
  std::vector<std::pair<uint32_t, std::vector<Slot>>> paid;  // actor, [profile]
  uint32_t reads = 0;                                        // bit k: the belief about informed[k]
};

struct Node {
  uint32_t shape = 0;
  uint32_t first_edge = 0;
  uint32_t edges = 0;
  uint32_t payoff = 0;         // settle, end: what is paid on reaching it
  uint32_t belief_pay = none;  // the same, as far as it hangs on beliefs: in Game::belief_pays
  uint32_t tally = 0;          // settle, end: tally list, 0 is none
  uint32_t round = 0;          // from 1; end nodes: horizon + 1
  uint32_t layer = 0;
  // Bit k: depends on the belief about informed[k]: the values, and the mass that measures need.
  uint32_t value_mask = 0;
  uint32_t mass_mask = 0;
  uint32_t telling = 0;  // bit k: what happens here may tell something of informed[k]'s type
};

// A measure that gains `value` (or the belief program's slot) at a settle or end node.
struct TallyEntry {
  uint32_t measure = 0;
  double value = 0;
  uint32_t row = none;           // in Game::tally_rows, where the gain hangs on types now or on parameters; else none
  Slot belief_slot = zero_slot;  // in Game::belief_program; used when `by_belief`
  bool by_belief = false;
  bool lifted = false;  // counted step by step, see Lifted
};

// An expectation of beliefs whose body is the same function f wherever it is counted, whatever the state. It need not
// be read where it is counted: it is f at the prior plus what every step on the way changes of it, E f(after) -
// f(before), which asks for no interpolation of f and stops where nothing more is told.
struct Lifted {
  uint32_t measure = 0;
  Slot slot = zero_slot;  // in Game::belief_program
  uint32_t reads = 0;     // bit k: the belief about informed[k]
};

struct LayerInfo {
  uint32_t round = 0;          // from 1; the end layer has horizon + 1
  uint32_t stage = none;       // none: settle or end
  uint32_t states = 0;         // reachable states before merging
  NodeId first = 0, last = 0;  // merged nodes [first, last)
};

// Where play begins.
struct Start {
  NodeId node = 0;
  std::vector<int> state;
  std::vector<uint32_t> events;  // `ever` measures true before anything happens
};

struct Game {
  const model::Case* source = nullptr;
  uint32_t policy = 0;
  int horizon = 0;

  // types
  std::vector<Informed> informed;
  std::vector<uint32_t> informed_index;  // per actor: index into `informed` or none
  uint32_t axes = 0;
  uint32_t profiles = 1;
  std::vector<uint32_t> profile_type;  // [profile * actors + actor]

  // numbers of a world
  Program program;
  // Per informed actor, per type; where it hangs on the types of others, [profile][type].
  std::vector<std::vector<Slot>> prior;
  // Per informed actor: bits of those whose types at first tell of its own, itself among them; empty where no type
  // tells of another.
  std::vector<uint32_t> related;
  std::vector<Slot> precision, discount;  // per actor

  // the graph; children have smaller ids than their parents, and a single start is the last node
  std::vector<Shape> shapes;
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  std::vector<LayerInfo> layers;  // in order of play
  std::vector<BeliefPay> belief_pays;
  std::vector<Slot> payoff_tables;  // [table * actors * profiles + actor * profiles + profile]
  std::vector<Slot> probability_tables;
  std::vector<Turn> turns;                    // the first is none
  uint32_t turning = 0;                       // bit k: the type of informed[k] may change
  std::vector<std::vector<uint32_t>> events;  // measures made true by a step
  // Per measure: an `ever` measure that one course of play can make true more than once, so that first passages must be
  // told from later ones.
  std::vector<bool> recurs;
  std::vector<std::vector<TallyEntry>> tallies;
  std::vector<Slot> tally_rows;  // slots of the program, [row + profile]
  Program belief_program;
  std::vector<Lifted> lifted;
  std::vector<Start> starts;         // one; of a joined game (join.h) one for each of its games
  std::vector<uint64_t> node_state;  // a state that the node stands for, packed
  bool binds = false;                // whether some shape binds types
  bool secret = false;               // whether some deed is hidden or some type may change
  std::optional<Counted> counted;    // where actors who are alike are counted
  // So many rounds in the place of a game without a last one, and the same with one less, to hold it to (rounds.h).
  bool stands_for_endless = false;
  std::shared_ptr<const Game> shorter = {};
  std::optional<Endless> endless;  // without a last round; `horizon`: rounds of which something is told

  const Start& start() const { return starts.front(); }
  uint32_t actors() const { return static_cast<uint32_t>(precision.size()); }
  const Slot* payoff(uint32_t table) const { return payoff_tables.data() + size_t{table} * actors() * profiles; }
  uint32_t type_of(uint32_t profile, uint32_t actor) const { return profile_type[profile * actors() + actor]; }
  // Those actors and all related to them: a belief about one of them is made of what was seen of all.
  uint32_t with_related(uint32_t informed_mask) const {
    uint32_t out = informed_mask;
    for (size_t k = 0; k < related.size(); ++k)
      if (informed_mask >> k & 1) out |= related[k];
    return out;
  }
  // Whether its prior hangs on the types of others.
  bool tied(uint32_t informed_place) const { return prior[informed_place].size() > informed[informed_place].types; }
  Slot prior_of(uint32_t informed_place, uint32_t type, uint32_t profile) const {
    const auto& of = prior[informed_place];
    return of[tied(informed_place) ? profile * informed[informed_place].types + type : type];
  }
  // Whether there is nothing to believe, so that all is worked out without grids or histories.
  bool open() const { return counted || (endless && informed.empty()); }
  // Whether an actor is counted together with one named before it, who stands for it.
  bool like_another(uint32_t actor) const { return counted && counted->crowd.like_another(actor); }
  uint32_t types(uint32_t actor) const {
    return informed_index[actor] == none ? 1 : informed[informed_index[actor]].types;
  }
};

// What a profile may become where a type changes.
class Turning {
 public:
  Turning(const Game& g, uint32_t turn) : g_(g), turn_(g.turns[turn]), types_(g.informed[turn_.informed].types) {
    for (uint32_t k = 0; k < turn_.informed; ++k) stride_ *= g.informed[k].types;
  }
  // use(profile afterwards, slot of its probability).
  template <class Use>
  void each(uint32_t profile, Use&& use) const {
    const uint32_t t = g_.type_of(profile, g_.informed[turn_.informed].actor);
    for (uint32_t u = 0; u < types_; ++u)
      use(profile + u * stride_ - t * stride_, g_.probability_tables[turn_.first + t * types_ + u]);
  }

 private:
  const Game& g_;
  const Turn& turn_;
  uint32_t types_, stride_ = 1;
};

// Whether what is believed after an edge of a node is made of several edges, or of types that change.
inline bool mixes(const Game& g, const Node& n) {
  if (!g.secret) return false;
  const auto* first = g.edges.data() + n.first_edge;
  return g.shapes[n.shape].hidden || std::any_of(first, first + n.edges, [](const Edge& e) { return e.turn != 0; });
}

// Packs a state into 64 bits and back. A state is a number for each of Case::states, and then one for each latch.
class StateCodec {
 public:
  // Of a crowd it is packed how many are in each condition, and unpacked with them in order.
  explicit StateCodec(const model::Case& c, const Crowd* crowd = nullptr);
  bool fits() const { return bits_ <= 64; }
  double log10_states() const { return log10_states_; }  // of the product of all domains
  uint64_t pack(const std::vector<int>& state) const;
  void unpack(uint64_t code, std::vector<int>& state) const;
  uint64_t mask(uint32_t variable) const { return fields_[variable].mask << fields_[variable].shift; }  // bits read

 private:
  struct Field {
    int low;
    unsigned shift;
    uint64_t mask;
  };
  std::vector<Field> fields_;  // of a crowd's: all that is packed of it
  const model::Case* case_;
  const Crowd* crowd_;
  std::vector<bool> counted_;  // per state: whether it is a crowd's
  unsigned count_shift_ = 0, count_bits_ = 0;
  uint32_t conditions_ = 0;
  unsigned bits_ = 0;
  double log10_states_ = 0;
};

struct CompileOptions {
  // Bytes that laying out the situations of all layers may take; a game that needs more is refused with its size. 0: a
  // quarter of this machine's memory.
  double most_bytes = 0;
  bool lints = false;                       // also warn of stages that never apply
  bool counts = true;                       // actors who are alike, where more than a few choose at once
  const std::atomic<bool>* stop = nullptr;  // once it is set: throws base::Stopped
  std::atomic<uint64_t>* count = nullptr;   // situations, as they are found
};

// Compiles the case under a policy (index into c.policies). Mistakes that only show in a state (an assignment out of
// its domain, a move without options) are errors in `diagnostics`, with the state; then nothing is returned. `c` must
// outlive the game.
std::optional<Game> compile(const model::Case& c, uint32_t policy, base::Diagnostics& diagnostics,
                            const CompileOptions& options = {});

}  // namespace casus::game

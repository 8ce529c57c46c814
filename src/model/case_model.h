// The checked model of a case: the narrow waist between the language and every engine. In: what the checker accepted;
// out: actors, parameters, states, stages, payoffs and questions with every name resolved and every index set unrolled.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/source.h"
#include "model/expression.h"

namespace casus::model {

// Words for people that travel to every output.
struct Words {
  std::string text;    // the description after the name, may be empty
  std::string source;  // where it comes from, may be empty
};

// ---- who ----
struct Actor {
  std::string name;
  Words words;
  std::vector<std::string> types;  // one unnamed type "" if nothing is private
  std::vector<Words> type_words;   // one per type
  // One per type: parameters, constants and types of actors before it; empty for a single type.
  std::vector<ExprId> prior;
  ExprId precision = no_expr;  // parameters and constants only
  ExprId discount = no_expr;   // per round, in (0, 1]; parameters and constants only
  // A fact of nature: `types` are what may be the case. Nobody knows which; it neither chooses nor is paid.
  bool fact = false;
  // Where the types stand for continuous quantities: how many nodes of a quadrature each has; else empty.
  std::vector<uint32_t> nodes = {};
  base::Span span;
};

// ---- what is uncertain ----
enum class Distribution : uint8_t { fixed, uniform, triangular, normal, lognormal, beta, discrete };

struct Param {
  std::string name;  // as shown and as taken by --set: "upkeep", "lives[open_ended]", "cost[Kazakhstan]"
  Words words;
  Distribution distribution = Distribution::fixed;
  // uniform: low, high; triangular: low, mode, high; normal: mean, sd; lognormal: mean and sd of the logarithm; beta:
  // alpha, beta
  std::vector<double> arguments;
  std::vector<double> values, weights;  // discrete: values and their weights (sum 1)
  std::optional<double> lower, upper;   // truncation, where given
  ExprId formula = no_expr;             // fixed: constants and parameters declared before it
  bool integer = false;                 // discrete with whole values only
  bool pinned = false;                  // uncertain in the text, fixed by a setting: a design still draws it, so that
                                        // the other parameters keep their draws
  base::Span span;
};

struct Correlation {
  uint32_t a, b;   // params
  double rho = 0;  // of the Gaussian copula
  base::Span span;
};

// ---- what everybody sees ----
enum class StateKind : uint8_t { enumeration, integer, boolean };

struct StateVar {
  std::string name;  // "uprising", "status[Ukraine]"
  Words words;
  StateKind kind = StateKind::integer;
  int low = 0, high = 0;            // domain, inclusive; enumerations and booleans start at 0
  std::vector<std::string> labels;  // enumerations: high - low + 1 labels
  // An enumeration that is a set of numbers: what each value stands for, ascending. Expressions read and assign these.
  std::vector<double> numbers;
  int initial = 0;
  base::Span span;

  double number_of(int value) const { return numbers.empty() ? value : numbers[static_cast<size_t>(value)]; }
  // The value that stands for a number, to within rounding; nothing outside the domain.
  std::optional<int> value_of(double number) const;
};

// The place in an ascending list of numbers of the one that is meant, to within rounding.
std::optional<size_t> place_of(const std::vector<double>& ascending, double number);

// ---- what happens ----
struct Assign {
  uint32_t state;
  ExprId value;  // states, round and constants only; effects apply in the order written, each sees those before it
  base::Span span;
};

struct Pay {
  uint32_t actor;
  ExprId amount;  // anything but measures; states as before the option's effects
};

// An actor's type is drawn anew, with these probabilities of what it is afterwards: made of parameters, states as
// before the effects, round and the actor's own type; no_expr: what the others leave.
struct Redraw {
  uint32_t actor = 0;
  std::vector<ExprId> to;  // per type
  base::Span span;
};

// An option of a decision, an outcome of chance, or a signal of what was done in secret.
struct Option {
  std::string name;
  Words words;
  ExprId guard = no_expr;  // states and round only; no_expr: always there
  ExprId probability =
      no_expr;  // chance: parameters, states, round, at most one actor's type; a signal's also options of its stage
                // (`chosen`); no_expr: what the others leave
  std::vector<Assign> effects;
  std::vector<Pay> pays;
  std::optional<Redraw> redraw = {};
  base::Span span;
};

struct Decision {
  std::string name;  // the stage's name in `Name.option`
  Words words;
  uint32_t actor = 0;
  ExprId guard = no_expr;  // states and round only
  std::vector<Option> options;
  base::Span span;
};

// A move is a stage with one decision, a simultaneous stage has several (those whose guard holds choose without seeing
// each other; their effects apply in the order of the decisions), a chance stage has none and its outcomes stand in
// `outcomes`. What is chosen at a hidden stage nobody else sees: options have no effects, and one of `outcomes`, the
// signals, is drawn for everybody to see; none: nothing is seen.
struct Stage {
  std::string name;
  Words words;
  ExprId guard = no_expr;
  std::vector<Decision> decisions;
  std::vector<Option> outcomes;
  bool hidden = false;
  base::Span span;
  bool is_chance() const { return decisions.empty(); }
};

// In the place of a decision's number where an outcome of a stage is meant that has decisions: a signal.
inline constexpr uint32_t signal_of_stage = 0xFFFFFFFF;

struct Payoff {
  uint32_t actor;
  bool at_end = false;  // else at the end of each round
  ExprId amount;
  base::Span span;
};

// ---- what is asked ----
enum class MeasureKind : uint8_t {
  ever,      // probability that `body` ever holds (with `chosen`: at the moment of a choice; else in any state passed
             // through)
  in_round,  // a value for each round: of `body` at the end of the round, or with `chosen` of its being chosen in that
             // round
  at_end,    // expectation of `body` in the state (and belief) after the last round
  payoff,    // expectation of the actor's total discounted payoff
  long_run,  // without a last round: as in_round, on average over ever more rounds
  lasting,   // where the game ends by chance: as in_round, summed over all rounds
  awaited,   // without a last round: the number, from 1, of the round in which `body` first holds, as for ever; else 0
};

// Whether it looks at every round: at its end, or at what is chosen in it.
inline bool looks_at_rounds(MeasureKind k) {
  return k == MeasureKind::in_round || k == MeasureKind::long_run || k == MeasureKind::lasting;
}
// Whether it looks for the first time that something holds.
inline bool looks_for_first(MeasureKind k) {
  return k == MeasureKind::ever || k == MeasureKind::awaited;
}

// What a formula of measures reads: another measure's value, given that its profile of types meets a condition.
struct Term {
  uint32_t measure = 0;
  int round = 0;           // from 1; 0: the measure has one value, or that of the round asked for is meant
  ExprId given = no_expr;  // types only; no_expr: whatever they are
};

inline constexpr uint32_t no_rival = 0xFFFFFFFF;

struct Measure {
  std::string name;
  Words words;
  MeasureKind kind = MeasureKind::at_end;
  bool probability = false;   // written P(...) : body is boolean; else E(...)
  ExprId body = no_expr;      // states, round, chosen, belief, types, parameters and constants
  uint32_t actor = 0;         // payoff
  uint32_t rival = no_rival;  // ever, without a last round: a measure that must not have come true by then, nor with it
  // Of a measure that is not counted but reckoned from others: a formula of constants and `measure` leaves, which are
  // numbers of `terms`. It has no body, and is `in_round` if it has a value for each round, else `at_end`. Its value
  // given some types is the formula of its terms' values given these, so it is no mean over profiles.
  ExprId formula = no_expr;
  std::vector<Term> terms = {};
  base::Span span;
};

// Whether something has ever happened: a yes-or-no beside the states, read as the state numbered states.size() + its
// place. It is set when the body comes true, as an `ever` measure's does, unless another one before it is set.
struct Latch {
  ExprId body = no_expr;  // states, round, chosen and constants
  int unless = -1;        // place of an earlier one
};

// ---- policies and claims ----
// `actor plays Decision.option when condition`, or `actor.type plays ...`, which binds that type alone: of several that
// apply to a type the first binds. The rest of the world knows.
struct Commitment {
  uint32_t stage = 0, decision = 0, option = 0;
  int type = -1;               // -1: whatever the actor's type
  ExprId condition = no_expr;  // states and round only
  base::Span span;
};
struct StartOverride {
  uint32_t state = 0;
  int value = 0;
  base::Span span;
};
struct ParamOverride {
  uint32_t param = 0;
  ExprId value = no_expr;  // constants and parameters (their values before the override)
  base::Span span;
};

struct Policy {
  std::string name;
  Words words;
  std::vector<Commitment> commitments;
  std::vector<StartOverride> starts;
  std::vector<ParamOverride> params;
  bool by_lever = false;  // made from another by setting a lever: a choice, although it sets a number
  base::Span span;
};

// measure[policy, round r, Actor.type, ...]; a measure of each round needs its round.
struct MeasureRef {
  uint32_t measure = 0;
  uint32_t policy = 0;
  int round = 0;                // from 1; 0: the measure has one value
  std::vector<int> given_type;  // per actor: its type, or -1 for 'whatever it is'
};

struct Claim {
  std::string name;  // identifier if given, else claim_1, claim_2, ...
  Words words;       // text: the sentence that is put to the test
  ExprId condition = no_expr;
  std::vector<MeasureRef> refs;
  base::Span span;
};

struct Case {
  std::string title;
  Words words;
  int horizon = 0;          // rounds; without a last one so many of the first are told
  bool endless = false;     // no last round: `horizon none`
  ExprId ends = no_expr;    // endless: the chance each round that it ends; parameters and constants only
  std::string round_label;  // "month"; "round" if not said
  std::vector<Actor> actors;
  std::vector<Param> params;
  std::vector<Correlation> correlations;
  std::vector<StateVar> states;
  std::vector<Stage> stages;
  std::vector<Payoff> payoffs;
  std::vector<Measure> measures;  // those asked for, then those that their formulas read and nobody asked for
  uint32_t unasked = 0;           // how many of the latter
  std::vector<Latch> latches;
  std::vector<Policy> policies;  // at least one; a case without policies gets `free`, which changes nothing
  std::vector<Claim> claims;
  ExprPool pool;

  std::span<const Measure> asked() const { return {measures.data(), measures.size() - unasked}; }
};

// Whether a parameter alone is asked for, which is the same at whatever time.
inline bool is_a_parameter(const Case& c, const Measure& m) {
  return m.kind == MeasureKind::at_end && m.body != no_expr && c.pool[m.body].op == Op::param;
}

// A state as text for messages and narratives: "uprising = revolt, tied = 2".
std::string describe_state(const Case& c, const std::vector<int>& state);
std::string value_text(const StateVar& variable, int value);
// What a variable may be, for messages: "0..3", "{ calm, revolt }"; of a long list the first dozen.
std::string domain_text(const StateVar& variable);
std::string list_text(const std::vector<std::string>& values);

// Indices by name, if there.
std::optional<uint32_t> find_policy(const Case& c, std::string_view name);
std::optional<uint32_t> find_param(const Case& c, std::string_view name);
std::optional<uint32_t> find_actor(const Case& c, std::string_view name);
std::optional<uint32_t> find_measure(const Case& c, std::string_view name);
std::optional<uint32_t> find_state(const Case& c, std::string_view name);

}  // namespace casus::model

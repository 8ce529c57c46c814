// The syntax tree of one file: what was written, in the order written, nothing resolved; for the checker and formatter.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/source.h"
#include "model/case_model.h"

namespace casus::language::syntax {

using base::Span;

struct Name {
  std::string text;  // empty: not given
  Span span;
  explicit operator bool() const { return !text.empty(); }
};

// A description and its origin; each an empty Name if not given.
struct Words {
  Name text;
  Name source;
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

// One item between brackets of a use: `Ukraine`, `h`, `h in Theatres` (binds h), `round 3` (claims).
struct Index {
  Name binder;  // of `h in Theatres`; then `value` is the set
  ExprPtr value;
  bool is_round = false;
  Span span;
};

struct PathPart {
  Name name;
  std::vector<Index> indices;
};

// `uprising`, `status[Ukraine]`, `Attack[h].invade`, `kz.uprising`.
struct Path {
  std::vector<PathPart> parts;
  Span span;
};

// One item between brackets of a declaration: `Theatres`, `h in Theatres`, an actor whose types are meant, or `round`.
struct Dimension {
  Name binder;  // may be empty
  Path over;    // empty: `round`
  bool is_round() const { return over.parts.empty(); }
  Span span;
};

enum class ExprKind : uint8_t {
  number,   // value
  boolean,  // value 0 or 1
  path,     // path
  round,    // the current round
  horizon,  // the last round
  unary,    // op, operands[0]
  binary,   // op, operands[0..1]
  call,     // op, operands: min and max take two or more, the others one
  if_,      // operands: condition, then, else
  fold,     // sum, product, count, all, any over `dimensions` of operands[0]
  is_type,  // path `is` type
  belief,   // belief(path), the last part being the type
  term,     // of a measure: P(...), E(...), correlation(...), ...
};

struct Term;

enum class Fold : uint8_t { sum, product, count, all, any };

struct Expr {
  ExprKind kind = ExprKind::number;
  model::Op op = model::Op::constant;
  Fold fold = Fold::sum;
  bool parentheses = false;  // written between parentheses
  uint16_t height = 1;
  double value = 0;
  std::string literal;  // numbers and booleans as written
  Span span;
  Path path;
  Name type;
  std::vector<Dimension> dimensions;
  std::vector<ExprPtr> operands;
  std::shared_ptr<const Term> term;
};

// When something is asked for.
enum class When : uint8_t { unsaid, at_end, in_round, long_run, ever, before };

// `ever body`, `body at end`, `body in round`, `body before rival`.
struct Event {
  When when = When::unsaid;
  ExprPtr body;
  ExprPtr rival;
  Span span;
};

enum class TermKind : uint8_t {
  mean,         // P(event | given), E(event | given)
  payoff,       // E(payoff(actor) | given)
  until,        // E(rounds until event | given)
  lasting,      // E(rounds with event | given)
  correlation,  // correlation(event, other)
  quantile,     // quantile(event | given, share)
  median,       // median(event | given)
};

// What measures are made of.
struct Term {
  TermKind kind = TermKind::mean;
  bool probability = false;  // P, else E
  Event event;
  std::optional<Event> given;
  Event other;
  Path actor;
  ExprPtr share;
  // Whether it is counted as it stands, without a condition.
  bool plain() const {
    return (kind == TermKind::mean && event.when != When::before && !given) || (kind == TermKind::payoff && !given);
  }
};

// ---- declarations ----
struct CaseHeader {
  bool is_module = false;
  Name title;
  Words words;
  Span span;
};
struct Note {
  Name text;
  Span span;
};
struct Horizon {
  ExprPtr rounds;  // null: `horizon none`
  Name label;
  ExprPtr ends;  // of a game without a last round: the chance each round that it ends
  Span span;
};
// `discount` or `precision` for every actor without its own.
struct Setting {
  bool is_discount = false;
  ExprPtr value;
  Span span;
};
// `first`, `first .. last`, or `first, second .. last`.
struct NumberRange {
  ExprPtr first, second, last;  // the last two null: not written
  Span span;
};
struct SetDecl {
  Name name;
  Words words;
  std::vector<Name> elements;        // a set of names
  std::vector<NumberRange> numbers;  // a set of numbers
  bool braces = false;
  Span span;
};
// Which values a line between braces gives: elements joined by '.', numbers and ranges of them between brackets if
// there are several.
struct KeyPart {
  Name name;  // of an element; else a number or a range
  ExprPtr number, upper;
  Span span;
};
struct Key {
  std::vector<KeyPart> parts;
  bool brackets = false;
  Span span;
};
struct TypeDecl {
  Name name;
  ExprPtr prior;  // null: otherwise
  Words words;
};
// `= EXPR` or `~ distribution(...) in [low, high]`.
struct Draw {
  model::Distribution distribution = model::Distribution::fixed;
  ExprPtr fixed;
  std::vector<ExprPtr> arguments;  // discrete: value, weight, value, weight, ...
  ExprPtr lower, upper;
  Span span;
};
// `resolve ~ normal(0, 1) by 8`: what an actor privately is, as so many types.
struct Continuum {
  Name name;
  Draw draw;
  ExprPtr nodes;
  Span span;
};
struct ActorDecl {
  Name name;
  std::vector<Dimension> dimensions;
  Words words;
  std::vector<TypeDecl> types;
  ExprPtr precision, discount;
  // Written out before the case is checked: `types` are then their `nodes`, so many of each.
  std::vector<Continuum> continua;
  std::vector<uint32_t> nodes;
  bool has_body = false;
  bool fact = false;
  Span types_span;
  Span span;
};
struct ParamCell {
  Key key;
  Draw draw;
  Words words;
};
struct ParamDecl {
  Name name;
  std::vector<Dimension> dimensions;
  std::optional<Draw> draw;
  std::vector<ParamCell> cells;
  Words words;
  Span span;
};
struct CorrelateDecl {
  Path a, b;
  ExprPtr rho;
  Span span;
};
struct StateCell {
  Key key;
  ExprPtr value;
};
struct StateDecl {
  Name name;
  std::vector<Dimension> dimensions;
  model::StateKind kind = model::StateKind::integer;
  std::vector<Name> labels;  // enumerations
  Path over;                 // enumerations whose labels are the elements of a set
  ExprPtr low, high;         // integers
  ExprPtr initial;
  std::vector<StateCell> cells;
  Words words;
  Span span;
};
struct LetDecl {
  Name name;
  std::vector<Dimension> dimensions;
  ExprPtr value;
  Words words;
  Span span;
};

// ---- the round ----
// `target = value`, a loop over `dimensions` of `body`, `target becomes type`, or `redraw target { type: odds, ... }`.
struct Effect {
  enum class Kind : uint8_t { assign, loop, becomes, redraw };
  Kind kind = Kind::assign;
  Path target;
  ExprPtr value;
  Name type;                    // becomes
  std::vector<TypeDecl> types;  // redraw; none: as the actor's types were drawn at first
  bool has_types = false;
  std::vector<Dimension> dimensions;
  std::vector<Effect> body;
  Span span;
};
struct Pay {
  Path actor;
  ExprPtr amount;
};
struct Option {
  Name name;
  std::vector<Dimension> dimensions;
  Words words;
  ExprPtr guard, probability;
  bool otherwise = false;
  bool has_effects = false;
  std::vector<Effect> effects;
  std::vector<Pay> pays;
  Span span;
};
// A step is a chance stage in which one thing can happen, `options[0]`.
enum class StageKind : uint8_t { move, chance, simultaneous, step, use };
struct Stage {
  StageKind kind = StageKind::move;
  Name name;  // may be empty if simultaneous; of the module's instance if `use`
  std::vector<Dimension> dimensions;
  Words words;
  Path by;
  ExprPtr guard;
  bool hidden = false;
  std::vector<Option> options;
  std::vector<Option> signals;  // hidden
  std::vector<Stage> moves;     // simultaneous
  Span span;
};
struct Round {
  std::vector<Stage> stages;
  Span span;
};
struct PayoffPart {
  bool at_end = false;
  ExprPtr amount;
  Span span;
};
struct PayoffDecl {
  Path actor;  // may bind: Ally[m in Members]
  std::vector<PayoffPart> parts;
  Span span;
};

// ---- questions ----
struct MeasureDecl {
  Name name;
  std::vector<Dimension> dimensions;
  Words words;
  ExprPtr value;
  Span span;
};
// `actor plays options when condition`, or `target = value`.
struct PolicyItem {
  bool plays = false;
  Path actor;
  std::vector<Path> options;
  ExprPtr condition;
  Path target;
  ExprPtr value;
  Span span;
};
struct PolicyDecl {
  Name name;
  Words words;
  bool has_body = false;
  std::vector<PolicyItem> items;
  Span span;
};
struct ClaimDecl {
  Name name;
  Words words;  // text: the sentence
  ExprPtr condition;
  Span span;
};

// ---- modules ----
enum class NeedKind : uint8_t { actor, set, param, state, let };
struct NeedsDecl {
  NeedKind kind = NeedKind::actor;
  Name name;
  Words words;
  Span span;
};
struct UseArgument {
  Name name;
  Draw draw;  // `name = path` for what the module needs, a number or distribution for its parameters
};
struct UseDecl {
  Name module;  // the text between quotes
  Name alias;   // of `as`; may be empty
  std::vector<UseArgument> arguments;
  bool has_body = false;
  Span span;
};

using Item = std::variant<CaseHeader, Note, Horizon, Setting, SetDecl, ActorDecl, ParamDecl, CorrelateDecl, StateDecl,
                          LetDecl, Round, PayoffDecl, MeasureDecl, PolicyDecl, ClaimDecl, NeedsDecl, UseDecl>;

struct File {
  uint32_t source = 0;
  std::vector<Item> items;
};

}  // namespace casus::language::syntax

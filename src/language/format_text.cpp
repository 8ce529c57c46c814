#include "language/format_text.h"

namespace casus::language {

using namespace syntax;
using model::Op;

namespace {

std::string operator_text(Op op) {
  switch (op) {
    case Op::or_:
      return "or";
    case Op::and_:
      return "and";
    case Op::eq:
      return "==";
    case Op::ne:
      return "!=";
    case Op::lt:
      return "<";
    case Op::le:
      return "<=";
    case Op::gt:
      return ">";
    case Op::ge:
      return ">=";
    case Op::add:
      return "+";
    case Op::sub:
      return "-";
    case Op::mul:
      return "*";
    case Op::div:
      return "/";
    default:
      return "^";
  }
}

std::string function_text(Op op) {
  switch (op) {
    case Op::abs:
      return "abs";
    case Op::exp:
      return "exp";
    case Op::log:
      return "log";
    case Op::sqrt:
      return "sqrt";
    case Op::logistic:
      return "logistic";
    case Op::normal_cdf:
      return "normal_cdf";
    case Op::floor:
      return "floor";
    case Op::min:
      return "min";
    default:
      return "max";
  }
}

std::string fold_text(Fold fold) {
  switch (fold) {
    case Fold::sum:
      return "sum";
    case Fold::product:
      return "product";
    case Fold::count:
      return "count";
    case Fold::all:
      return "all";
    case Fold::any:
      break;
  }
  return "any";
}

std::string list(const std::vector<Dimension>& dimensions) {
  std::string out;
  for (const Dimension& d : dimensions) {
    if (!out.empty()) out += ", ";
    if (d.binder) out += d.binder.text + " in ";
    out += d.is_round() ? "round" : text_of(d.over);
  }
  return out;
}

std::string event_text(const Event& e) {
  std::string out = (e.when == When::ever ? "ever " : "") + text_of(*e.body);
  if (e.when == When::before) out += " before " + text_of(*e.rival);
  if (e.when == When::at_end) out += " at end";
  if (e.when == When::in_round) out += " in round";
  if (e.when == When::long_run) out += " in the long run";
  return out;
}

std::string term_text(const Term& t) {
  std::string out;
  switch (t.kind) {
    case TermKind::mean:
      out = (t.probability ? "P(" : "E(") + event_text(t.event);
      break;
    case TermKind::payoff:
      out = "E(payoff(" + text_of(t.actor) + ")";
      break;
    case TermKind::until:
      out = "E(rounds until " + event_text(t.event);
      break;
    case TermKind::lasting:
      out = "E(rounds with " + event_text(t.event);
      break;
    case TermKind::correlation:
      return "correlation(" + event_text(t.event) + "," + soft + event_text(t.other) + ")";
    case TermKind::quantile:
      out = "quantile(" + event_text(t.event);
      break;
    case TermKind::median:
      out = "median(" + event_text(t.event);
      break;
  }
  if (t.given) out += soft + "| " + event_text(*t.given);
  if (t.share) out += "," + soft + text_of(*t.share);
  return out + ")";
}

std::string bare(const Expr& e) {
  switch (e.kind) {
    case ExprKind::number:
    case ExprKind::boolean:
      return e.literal;
    case ExprKind::path:
      return text_of(e.path);
    case ExprKind::round:
      return "round";
    case ExprKind::horizon:
      return "horizon";
    case ExprKind::unary:
      return (e.op == Op::neg ? "-" : "not ") + text_of(*e.operands[0]);
    case ExprKind::binary: {
      const std::string op = operator_text(e.op);
      const std::string left = text_of(*e.operands[0]), right = text_of(*e.operands[1]);
      if (e.op == Op::pow) return left + op + right;
      return left + (e.op >= Op::eq && e.op <= Op::ge ? " " : soft) + op + " " + right;
    }
    case ExprKind::call: {
      std::string out = function_text(e.op) + "(";
      for (size_t i = 0; i < e.operands.size(); ++i) out += (i ? "," + soft : "") + text_of(*e.operands[i]);
      return out + ")";
    }
    case ExprKind::if_:
      return "if " + text_of(*e.operands[0]) + soft + "then " + text_of(*e.operands[1]) + soft + "else " +
             text_of(*e.operands[2]);
    case ExprKind::fold:
      return fold_text(e.fold) + "(" + list(e.dimensions) + ") " + text_of(*e.operands[0]);
    case ExprKind::is_type:
      return text_of(e.path) + " is " + e.type.text;
    case ExprKind::belief:
      return "belief(" + text_of(e.path) + ")";
    case ExprKind::term:
      return term_text(*e.term);
  }
  return {};
}

}  // namespace

std::string text_of(const Expr& e) {
  return e.parentheses ? "(" + bare(e) + ")" : bare(e);
}

std::string text_of(const Path& path) {
  std::string out;
  for (const PathPart& part : path.parts) {
    if (!out.empty()) out += '.';
    out += part.name.text;
    for (size_t i = 0; i < part.indices.size(); ++i) {
      const Index& index = part.indices[i];
      out += i ? ", " : "[";
      if (index.binder) out += index.binder.text + " in ";
      if (index.is_round) out += "round ";
      out += text_of(*index.value);
    }
    if (!part.indices.empty()) out += ']';
  }
  return out;
}

std::string text_of(const Key& key) {
  std::string out;
  for (const KeyPart& part : key.parts) {
    if (!out.empty()) out += key.brackets ? ", " : ".";
    out += part.name ? part.name.text : text_of(*part.number);
    if (part.upper) out += " .. " + text_of(*part.upper);
  }
  return key.brackets ? "[" + out + "]" : out;
}

std::string text_of(const std::vector<NumberRange>& numbers) {
  std::string out;
  for (const NumberRange& r : numbers) {
    if (!out.empty()) out += "," + soft;
    out += text_of(*r.first);
    if (r.second) out += ", " + text_of(*r.second);
    if (r.last) out += " .. " + text_of(*r.last);
  }
  return out;
}

std::string text_of(const std::vector<Dimension>& dimensions) {
  return dimensions.empty() ? "" : "[" + list(dimensions) + "]";
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string text_of(const Words& words) {
  std::string out;
  if (words.text) out += soft + quoted(words.text.text);
  if (words.source) out += soft + "source " + quoted(words.source.text);
  return out;
}

std::string text_of(const Draw& draw) {
  using model::Distribution;
  if (draw.distribution == Distribution::fixed) return "= " + text_of(*draw.fixed);
  static constexpr const char* names[] = {"", "uniform", "triangular", "normal", "lognormal", "beta", "discrete"};
  std::string out = std::string("~ ") + names[static_cast<size_t>(draw.distribution)] + "(";
  const bool pairs = draw.distribution == Distribution::discrete;
  for (size_t i = 0; i < draw.arguments.size(); ++i) {
    if (i) out += pairs && i % 2 ? ": " : "," + soft;
    out += text_of(*draw.arguments[i]);
  }
  out += ")";
  if (draw.lower) out += " in [" + text_of(*draw.lower) + ", " + text_of(*draw.upper) + "]";
  return out;
}

}  // namespace casus::language

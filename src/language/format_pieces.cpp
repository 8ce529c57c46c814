#include "language/format_pieces.h"

#include "language/format_text.h"

namespace casus::language {

using namespace syntax;

namespace {

Piece leaf(std::string head, Span span) {
  Piece out;
  out.head = std::move(head);
  out.begin = span.begin;
  out.end = span.end;
  return out;
}

Span join(Span a, Span b) {
  return {a.file, std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

Span span_of(const Words& words, Span span) {
  if (words.text) span = join(span, words.text.span);
  if (words.source) span = join(span, words.source.span);
  return span;
}

std::string when(const ExprPtr& guard, const char* word) {
  return guard ? soft + word + " " + text_of(*guard) : std::string();
}

Piece piece(const CaseHeader& h) {
  return leaf((h.is_module ? "module " : "case ") + quoted(h.title.text) + text_of(h.words), h.span);
}
Piece piece(const Note& n) {
  return leaf("note " + quoted(n.text.text), n.span);
}
Piece piece(const Horizon& h) {
  return leaf("horizon " + (h.rounds ? text_of(*h.rounds) + " rounds" : "none") +
                  (h.label ? " " + quoted(h.label.text) : "") + (h.ends ? " ends with " + text_of(*h.ends) : ""),
              h.span);
}
Piece piece(const Setting& s) {
  return leaf((s.is_discount ? "discount " : "precision ") + text_of(*s.value), s.span);
}

Piece piece(const SetDecl& s) {
  if (!s.numbers.empty()) {
    const std::string list = text_of(s.numbers);
    return leaf("set " + s.name.text + " = " + (s.braces ? "{ " + list + " }" : list) + text_of(s.words), s.span);
  }
  Piece out = leaf("set " + s.name.text + " =", s.span);
  out.block = true;
  out.separator = ", ";
  for (const Name& element : s.elements) out.children.push_back(leaf(element.text, element.span));
  out.tail = text_of(s.words);
  return out;
}

void add_types(const std::vector<TypeDecl>& types, Piece& out) {
  out.separator = ", ";
  for (const TypeDecl& t : types) {
    const Span span = span_of(t.words, t.prior ? join(t.name.span, t.prior->span) : t.name.span);
    out.children.push_back(
        leaf(t.name.text + ": " + (t.prior ? text_of(*t.prior) : "otherwise") + text_of(t.words), span));
  }
}

Piece piece(const ActorDecl& a) {
  Piece out = leaf((a.fact ? "fact " : "actor ") + a.name.text + text_of(a.dimensions) + text_of(a.words), a.span);
  out.block = a.has_body;
  if (a.fact) {
    add_types(a.types, out);
    return out;
  }
  if (!a.continua.empty()) {
    std::string list;
    for (const Continuum& c : a.continua)
      list += (list.empty() ? " " : "," + soft) + c.name.text + " " + text_of(c.draw) + " by " + text_of(*c.nodes);
    out.children.push_back(leaf("types" + list, a.types_span));
  } else if (!a.types.empty()) {
    Piece types = leaf("types", a.types_span);
    types.block = true;
    add_types(a.types, types);
    out.children.push_back(std::move(types));
  }
  if (a.precision) out.children.push_back(leaf("precision " + text_of(*a.precision), a.precision->span));
  if (a.discount) out.children.push_back(leaf("discount " + text_of(*a.discount), a.discount->span));
  return out;
}

Piece piece(const ParamDecl& p) {
  const std::string head = "param " + p.name.text + text_of(p.dimensions);
  if (p.draw) return leaf(head + " " + text_of(*p.draw) + text_of(p.words), p.span);
  Piece out = leaf(head, p.span);
  out.block = true;
  out.separator = ", ";
  for (const ParamCell& cell : p.cells)
    out.children.push_back(leaf(text_of(cell.key) + " " + text_of(cell.draw) + text_of(cell.words),
                                span_of(cell.words, join(cell.key.span, cell.draw.span))));
  out.tail = text_of(p.words);
  return out;
}

Piece piece(const CorrelateDecl& c) {
  return leaf("correlate " + text_of(c.a) + ", " + text_of(c.b) + " " + text_of(*c.rho), c.span);
}

Piece piece(const StateDecl& s) {
  std::string head = "state " + s.name.text + text_of(s.dimensions) + ": ";
  if (s.kind == model::StateKind::boolean) {
    head += "boolean";
  } else if (s.kind == model::StateKind::integer) {
    head += text_of(*s.low) + ".." + text_of(*s.high);
  } else if (!s.over.parts.empty()) {
    head += text_of(s.over);
  } else {
    head += "{";
    for (size_t i = 0; i < s.labels.size(); ++i) head += (i ? "," + soft : " ") + s.labels[i].text;
    head += " }";
  }
  if (s.initial) head += " = " + text_of(*s.initial);
  if (s.cells.empty()) return leaf(head + text_of(s.words), s.span);
  Piece out = leaf(head, s.span);
  out.block = true;
  out.separator = ", ";
  for (const StateCell& cell : s.cells)
    out.children.push_back(
        leaf(text_of(cell.key) + " = " + text_of(*cell.value), join(cell.key.span, cell.value->span)));
  out.tail = text_of(s.words);
  return out;
}

Piece piece(const LetDecl& l) {
  return leaf("let " + l.name.text + text_of(l.dimensions) + " =" + soft + text_of(*l.value) + text_of(l.words),
              l.span);
}

Piece piece(const Effect& e) {
  switch (e.kind) {
    case Effect::Kind::assign:
      return leaf(text_of(e.target) + " = " + text_of(*e.value), e.span);
    case Effect::Kind::becomes:
      return leaf(text_of(e.target) + " becomes " + e.type.text, e.span);
    case Effect::Kind::redraw: {
      Piece out = leaf("redraw " + text_of(e.target), e.span);
      out.block = e.has_types;
      add_types(e.types, out);
      return out;
    }
    case Effect::Kind::loop:
      break;
  }
  const std::string dims = text_of(e.dimensions);
  Piece out = leaf("for " + dims.substr(1, dims.size() - 2), e.span);
  out.block = true;
  out.separator = "; ";
  for (const Effect& inner : e.body) out.children.push_back(piece(inner));
  return out;
}

// Effects and payments after what stands in the head.
void add_tail(const Option& o, Piece& out) {
  out.block = o.has_effects;
  out.separator = "; ";
  for (const Effect& effect : o.effects) out.children.push_back(piece(effect));
  for (size_t i = 0; i < o.pays.size(); ++i)
    out.tail += (i ? "," + soft : soft + "pays ") + text_of(o.pays[i].actor) + ": " + text_of(*o.pays[i].amount);
  if (!out.block) {
    out.head += out.tail;
    out.tail.clear();
  }
}

Piece piece(const Option& o, const char* kind = "") {
  Piece out = leaf(kind + o.name.text + text_of(o.dimensions) + text_of(o.words), o.span);
  if (o.probability) out.head += " with " + text_of(*o.probability);
  if (o.otherwise) out.head += " otherwise";
  out.head += when(o.guard, "if");
  add_tail(o, out);
  return out;
}

Piece piece(const Stage& s) {
  if (s.kind == StageKind::use) return leaf("use " + s.name.text, s.span);
  Piece out = leaf(s.kind == StageKind::move     ? "move"
                   : s.kind == StageKind::chance ? "chance"
                   : s.kind == StageKind::step   ? "step"
                                                 : "simultaneous",
                   s.span);
  if (s.name) out.head += " " + s.name.text + text_of(s.dimensions);
  if (s.kind == StageKind::move) out.head += " by " + text_of(s.by);
  out.head += text_of(s.words) + (s.hidden ? " hidden" : "") + when(s.guard, "when");
  if (s.kind == StageKind::step) {
    out.head += text_of(s.options[0].words);
    add_tail(s.options[0], out);
    return out;
  }
  out.block = true;
  out.always_open = s.kind == StageKind::simultaneous;
  for (const Stage& move : s.moves) out.children.push_back(piece(move));
  for (const Option& option : s.options) {
    if (option.has_effects || option.guard || option.probability || !option.pays.empty() || option.words.text)
      out.always_open = true;
    out.children.push_back(piece(option));
  }
  for (const Option& signal : s.signals) {
    out.always_open = true;
    out.children.push_back(piece(signal, "signal "));
  }
  return out;
}

Piece piece(const Round& r) {
  Piece out = leaf("round", r.span);
  out.block = out.always_open = true;
  for (const Stage& stage : r.stages) out.children.push_back(piece(stage));
  return out;
}

Piece piece(const PayoffDecl& p) {
  Piece out = leaf("payoff " + text_of(p.actor), p.span);
  out.block = true;
  for (const PayoffPart& part : p.parts)
    out.children.push_back(leaf((part.at_end ? "at end: " : "each round: ") + text_of(*part.amount), part.span));
  return out;
}

Piece piece(const MeasureDecl& m) {
  return leaf("measure " + m.name.text + text_of(m.dimensions) + " = " + text_of(*m.value) + text_of(m.words), m.span);
}

Piece piece(const PolicyDecl& p) {
  Piece out = leaf("policy " + p.name.text + text_of(p.words), p.span);
  out.block = p.has_body;
  out.separator = "; ";
  for (const PolicyItem& item : p.items) {
    std::string text;
    if (item.plays) {
      text = text_of(item.actor) + " plays ";
      for (size_t i = 0; i < item.options.size(); ++i) text += (i ? "," + soft : "") + text_of(item.options[i]);
      text += when(item.condition, "when");
    } else {
      text = text_of(item.target) + " = " + text_of(*item.value);
    }
    out.children.push_back(leaf(text, item.span));
  }
  return out;
}

Piece piece(const ClaimDecl& c) {
  Piece out = leaf("claim" + (c.name ? " " + c.name.text : "") + text_of(c.words), c.span);
  out.block = true;
  out.children.push_back(leaf(text_of(*c.condition), c.condition->span));
  return out;
}

Piece piece(const NeedsDecl& n) {
  static constexpr const char* kinds[] = {"actor", "set", "param", "state", "let"};
  return leaf(std::string("needs ") + kinds[static_cast<size_t>(n.kind)] + " " + n.name.text + text_of(n.words),
              n.span);
}

Piece piece(const UseDecl& u) {
  Piece out = leaf("use " + quoted(u.module.text) + (u.alias ? " as " + u.alias.text : ""), u.span);
  out.block = u.has_body;
  out.separator = ", ";
  for (const UseArgument& argument : u.arguments)
    out.children.push_back(
        leaf(argument.name.text + " " + text_of(argument.draw), join(argument.name.span, argument.draw.span)));
  return out;
}

}  // namespace

std::vector<Piece> pieces(const File& file) {
  std::vector<Piece> out;
  for (const Item& item : file.items) out.push_back(std::visit([](const auto& i) { return piece(i); }, item));
  return out;
}

}  // namespace casus::language

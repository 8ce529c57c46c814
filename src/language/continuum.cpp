#include "language/continuum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/quadrature.h"
#include "language/distributions.h"
#include "language/written.h"

namespace casus::language {

using namespace syntax;
using model::Distribution;
using model::Op;

namespace {

constexpr int least_nodes = 2, most_nodes = 16;

// One fewer of each: rules of n and n - 1 nodes have none in common, and one of them has a node in the middle and the
// other none, so that a choice that turns between nodes shows; with two fewer it often does not. Where that would leave
// no types at all, of two nodes each, one more, or one of the quantities at its mean.
std::vector<int> other_than(const std::vector<int>& nodes) {
  std::vector<int> out = nodes;
  for (int& n : out) --n;
  if (std::any_of(out.begin(), out.end(), [](int n) { return n > 1; })) return out;
  out.assign(nodes.size(), nodes.size() > 2 ? 2 : 3);
  if (nodes.size() > 2) out.front() = 1;
  return out;
}

ExprPtr copy(const Expr& e);

Path copy(const Path& path) {
  Path out;
  out.span = path.span;
  for (const PathPart& part : path.parts) {
    PathPart& to = out.parts.emplace_back();
    to.name = part.name;
    for (const Index& index : part.indices)
      to.indices.push_back({index.binder, index.value ? copy(*index.value) : nullptr, index.is_round, index.span});
  }
  return out;
}

ExprPtr copy(const Expr& e) {
  auto out = std::make_unique<Expr>();
  out->kind = e.kind;
  out->op = e.op;
  out->fold = e.fold;
  out->height = e.height;
  out->value = e.value;
  out->literal = e.literal;
  out->span = e.span;
  out->path = copy(e.path);
  out->type = e.type;
  for (const Dimension& d : e.dimensions) out->dimensions.push_back({d.binder, copy(d.over), d.span});
  for (const auto& operand : e.operands) out->operands.push_back(copy(*operand));
  out->term = e.term;
  return out;
}

ExprPtr number(double value, Span span) {
  auto out = std::make_unique<Expr>();
  out->value = value;
  out->span = span;
  return out;
}

ExprPtr of(Op op, ExprPtr a, ExprPtr b, Span span) {
  auto out = std::make_unique<Expr>();
  out->kind = b ? ExprKind::binary : ExprKind::call;
  out->op = op;
  out->span = span;
  out->operands.push_back(std::move(a));
  if (b) out->operands.push_back(std::move(b));
  return out;
}

// One continuous quantity as nodes: values, which may be formulas, and weights.
struct Nodes {
  std::vector<ExprPtr> values;
  std::vector<double> weights;
};

class Writer {
 public:
  Writer(bool other_nodes, base::Diagnostics& diagnostics) : other_nodes_(other_nodes), diagnostics_(diagnostics) {}

  // The types of an actor; its quantities as parameters go to `items`.
  void write_out(ActorDecl& actor, std::vector<Item>& items) {
    std::vector<int> numbers;
    size_t types = 1;
    for (const Continuum& c : actor.continua) {
      numbers.push_back(nodes_of(c));
      if (numbers.back() == 0) return;
      types *= static_cast<size_t>(numbers.back());
    }
    if (other_nodes_) numbers = other_than(numbers);
    std::vector<Nodes> all;
    for (size_t i = 0; i < numbers.size(); ++i) {
      all.push_back(of_distribution(actor.continua[i], numbers[i]));
      if (all.back().values.empty()) return;
    }
    if (types > most_nodes) {
      diagnostics_.error("too-large", actor.types_span,
                         fmt::format("'{}' has {} types; at most {} are accepted", actor.name.text, types, most_nodes),
                         "take fewer nodes");
      return;
    }
    for (const Nodes& nodes : all) actor.nodes.push_back(static_cast<uint32_t>(nodes.values.size()));
    std::vector<ParamDecl> params;
    for (const Continuum& c : actor.continua) params.push_back(parameter(actor, c));
    std::vector<size_t> at(all.size(), 0);
    for (;;) {
      TypeDecl type;
      double weight = 1;
      for (size_t i = 0; i < all.size(); ++i) {
        type.name.text += fmt::format("{}{}_{}", i ? "_" : "", actor.continua[i].name.text, at[i] + 1);
        weight *= all[i].weights[at[i]];
      }
      // The third of other nodes is another type: what names one by one cannot be asked of them.
      if (other_nodes_) type.name.text += '\'';
      type.name.span = actor.continua.front().name.span;
      type.prior = number(weight, type.name.span);
      for (size_t i = 0; i < all.size(); ++i) {
        ParamCell& cell = params[i].cells.emplace_back();
        cell.key.span = type.name.span;
        cell.key.parts.emplace_back();
        cell.key.parts.back().name = type.name;
        cell.key.parts.back().span = type.name.span;
        cell.draw.fixed = copy(*all[i].values[at[i]]);
        cell.draw.span = actor.continua[i].draw.span;
      }
      actor.types.push_back(std::move(type));
      size_t i = all.size();
      while (i > 0 && ++at[i - 1] == all[i - 1].values.size()) at[--i] = 0;
      if (i == 0) break;
    }
    for (ParamDecl& param : params) items.emplace_back(std::move(param));
  }

 private:
  // 0 after an error.
  int nodes_of(const Continuum& c) {
    const auto n = written_number(*c.nodes);
    if (n && *n >= least_nodes && *n <= most_nodes && *n == std::floor(*n)) return static_cast<int>(*n);
    diagnostics_.error(
        "bad-nodes", c.nodes->span,
        fmt::format("'{}' stands for a whole number of types from {} to {}", c.name.text, least_nodes, most_nodes),
        fmt::format("write: types {} ~ ... by 8", c.name.text));
    return 0;
  }

  // Without values after an error.
  Nodes of_distribution(const Continuum& c, int n) {
    const Draw& draw = c.draw;
    if (draw.distribution == Distribution::fixed || draw.distribution == Distribution::discrete) {
      diagnostics_.error("bad-distribution", draw.span, fmt::format("'{}' takes values one by one", c.name.text),
                         "list them: types { hard: 0.3, soft: otherwise }");
      return {};
    }
    std::vector<double> x;
    bool written = true;
    for (const auto& argument : draw.arguments) {
      const auto value = written_number(*argument);
      written &= value.has_value();
      x.push_back(value.value_or(0));
    }
    if (written) {
      if (const auto fault = fault_of(draw.distribution, x)) {
        diagnostics_.error("bad-distribution", draw.arguments[fault->number]->span, fault->message, fault->hint);
        return {};
      }
    }
    return draw.lower ? cut_off(c, x, written, n) : whole(c, x, written, n);
  }

  // Where the numbers only move and stretch a distribution they may be formulas.
  Nodes whole(const Continuum& c, const std::vector<double>& x, bool written, int n) {
    const Draw& draw = c.draw;
    Nodes out;
    const Span span = draw.span;
    const auto moved = [&](const base::Quadrature& q, bool between, bool exponential) {
      out.weights = q.weights;
      for (const double node : q.nodes) {
        ExprPtr scale = copy(*draw.arguments[1]);
        if (between) scale = of(Op::sub, std::move(scale), copy(*draw.arguments[0]), span);
        auto value =
            of(Op::add, copy(*draw.arguments[0]), of(Op::mul, std::move(scale), number(node, span), span), span);
        out.values.push_back(exponential ? of(Op::exp, std::move(value), nullptr, span) : std::move(value));
      }
    };
    switch (draw.distribution) {
      case Distribution::uniform:
        moved(base::gauss_beta(1, 1, n), true, false);
        return out;
      case Distribution::normal:
      case Distribution::lognormal:
        moved(base::gauss_normal(n), false, draw.distribution == Distribution::lognormal);
        return out;
      default:
        break;
    }
    if (!written) return not_written(c);
    if (draw.distribution == Distribution::beta) return fixed(base::gauss_beta(x[0], x[1], n), span);
    return fixed(base::gauss_density(triangle(x), {x[0], x[1], x[2]}, n), span);
  }

  // Between bounds.
  Nodes cut_off(const Continuum& c, const std::vector<double>& x, bool written, int n) {
    const Draw& draw = c.draw;
    const auto lower = written_number(*draw.lower), upper = written_number(*draw.upper);
    if (!written || !lower || !upper) return not_written(c);
    if (!(*lower < *upper)) {
      diagnostics_.error("bad-distribution", draw.upper->span,
                         fmt::format("the upper bound {} is not above the lower bound {}", *upper, *lower),
                         "write in [low, high]");
      return {};
    }
    const auto [least, most] = support_of(draw.distribution, x);
    const double low = std::max(*lower, least), high = std::min(*upper, most);
    if (!(low < high)) {
      diagnostics_.error("bad-distribution", draw.lower->span,
                         fmt::format("the distribution has (nearly) no weight in [{}, {}]", *lower, *upper),
                         "bounds cut off tails; they cannot move a distribution");
      return {};
    }
    const Span span = draw.span;
    const auto bell = [&](double at, double, double) {
      // Up to a factor, so that tails far out have weight enough to be reckoned with.
      const double z = (at - x[0]) / x[1];
      return std::exp(-z * z / 2);
    };
    switch (draw.distribution) {
      case Distribution::uniform: {
        auto q = base::gauss_beta(1, 1, n);
        for (double& node : q.nodes) node = low + (high - low) * node;
        return fixed(q, span);
      }
      case Distribution::normal:
        return fixed(base::gauss_density(bell, {low, high}, n), span);
      case Distribution::lognormal: {
        auto q = base::gauss_density(bell, {std::log(low), std::log(high)}, n);
        for (double& node : q.nodes) node = std::exp(node);
        return fixed(q, span);
      }
      case Distribution::beta:
        return fixed(base::gauss_density(
                         [&](double, double above, double below) {
                           return std::pow(low + above, x[0] - 1) * std::pow(1 - high + below, x[1] - 1);
                         },
                         {low, high}, n),
                     span);
      default:
        return fixed(base::gauss_density(triangle(x), {low, std::clamp(x[1], low, high), high}, n), span);
    }
  }

  static base::Density triangle(const std::vector<double>& x) {
    return [x](double at, double, double) {
      return at < x[1] ? (at - x[0]) / (x[1] - x[0]) : at > x[1] ? (x[2] - at) / (x[2] - x[1]) : 1;
    };
  }

  static Nodes fixed(const base::Quadrature& q, Span span) {
    Nodes out;
    out.weights = q.weights;
    for (const double node : q.nodes) out.values.push_back(number(node, span));
    return out;
  }

  Nodes not_written(const Continuum& c) {
    diagnostics_.error("bad-distribution", c.draw.span,
                       fmt::format("the numbers of the distribution of '{}' are written out", c.name.text),
                       "formulas may stand in uniform, normal and lognormal without bounds");
    return {};
  }

  // `resolve[A]`, as yet without values.
  static ParamDecl parameter(const ActorDecl& actor, const Continuum& c) {
    ParamDecl out;
    out.name = c.name;
    out.span = c.span;
    Dimension& types = out.dimensions.emplace_back();
    types.span = types.over.span = c.name.span;
    // The actor's name as it is written, with that of a module's use before it in overlays.
    const std::string& name = actor.name.text;
    for (size_t from = 0; from <= name.size();) {
      const size_t to = std::min(name.find('.', from), name.size());
      types.over.parts.push_back({{name.substr(from, to - from), c.name.span}, {}});
      if (to < name.size()) out.name.text = name.substr(0, to + 1) + c.name.text;
      from = to + 1;
    }
    return out;
  }

  bool other_nodes_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void write_out_types(File& file, bool other_nodes, base::Diagnostics& diagnostics) {
  std::vector<Item> items;
  Writer writer(other_nodes, diagnostics);
  for (Item& item : file.items)
    if (auto* actor = std::get_if<ActorDecl>(&item); actor && !actor->continua.empty()) writer.write_out(*actor, items);
  // Last, so that what is declared anywhere may stand in their numbers.
  for (Item& item : items) file.items.push_back(std::move(item));
}

}  // namespace casus::language

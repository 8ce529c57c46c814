#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "language/checker_state.h"
#include "language/distributions.h"

namespace casus::language {

using namespace syntax;
using model::Distribution;

// Indices and, for each cell, the declaration that gives its number: the case's own, a module's argument, an overlay.
void Checker::prepare_param(Param& param) {
  for (const Dimension& d : param.decl->dimensions) {
    if (d.is_round()) {
      if (case_.endless) no_round(d.span, "without a last round no parameter can be indexed by 'round'");
      if (std::any_of(param.dims.begin(), param.dims.end(), [](const Dim& dim) { return dim.set == round_set; }))
        error("bad-index", d.span, "a parameter is indexed by 'round' once",
              "write a set for the other: set Months = 1 .. 6");
      param.broken |= sets_[round_set].numbers.empty();
      param.dims.push_back({round_set, d.binder.text});
      continue;
    }
    size_t used = 0;
    Symbol* symbol = resolve(d.over, used);
    if (symbol && symbol->kind == Kind::actor && used == d.over.parts.size()) {
      if (param.actor >= 0 || &d != &param.decl->dimensions.back())
        error("bad-index", d.span, "the actor whose types index a parameter comes last, and there is one at most");
      param.actor = static_cast<int>(symbol->index);
      if (actors_[symbol->index].types.size() < 2)
        error("bad-index", d.span, fmt::format("'{}' has no types to index by", d.over.parts[0].name.text),
              "give the actor types, or drop the index");
      continue;
    }
    if (!symbol || symbol->kind != Kind::set) {
      unknown(d.over, "set or actor", {Kind::set, Kind::actor});
      continue;
    }
    symbol->used = true;
    param.dims.push_back({symbol->index, d.binder.text});
  }
  const auto index_by = [&](const Dim& dim) {
    param.cell_dims.push_back(elements(dim));
    param.cell_sets.push_back(&sets_[dim.set]);
  };
  for (const Dim& dim : param.dims) index_by(dim);
  if (param.actor >= 0) {
    for (const Dim& dim : actors_[static_cast<size_t>(param.actor)].dims) index_by(dim);
    param.cell_dims.push_back(actors_[static_cast<size_t>(param.actor)].types);
    param.cell_sets.push_back(nullptr);
  }
  size_t cells = 1;
  for (const Labels& labels : param.cell_dims) cells = std::min<size_t>(cells * labels.size(), 1u << 20);
  if (cells > 100000) {
    error("too-large", param.decl->name.span, fmt::format("'{}' has more than 100000 values", param.name));
    throw Stop{};
  }
  if (param.broken) cells = 0;
  param.cells.resize(cells);
  if (param.broken) return;
  take_source(param, *param.decl, *param.scope, false);
  for (const Argument& argument : program_.arguments)
    if (argument.param == param.name)
      for (CellSource& cell : param.cells) {
        cell.draw = &argument.argument->draw;
        cell.scope = argument.scope;
        cell.binders.clear();
      }
  for (const Unit& unit : program_.overlays)
    if (const auto* decl = std::get_if<ParamDecl>(unit.item); decl && decl->name.text == param.name)
      take_source(param, *decl, *unit.scope, true);
}

void Checker::take_source(Param& param, const ParamDecl& decl, const Scope& scope, bool partial) {
  std::vector<std::string> binders;
  for (const Dimension& d : decl.dimensions) binders.push_back(d.binder.text);
  const auto give = [&](CellSource& cell, const Draw& draw, const syntax::Words& cell_words) {
    cell.draw = &draw;
    cell.scope = &scope;
    cell.binders = binders;
    if (cell_words.text || !cell.words) cell.words = &cell_words;
  };
  if (decl.draw) {
    for (CellSource& cell : param.cells) give(cell, *decl.draw, decl.words);
    return;
  }
  if (param.cell_dims.empty()) {
    error("bad-index", decl.name.span, fmt::format("'{}' has no index, so it has one value", param.name),
          "write 'param x = 1' or 'param x ~ uniform(0, 1)'");
    return;
  }
  std::vector<bool> given(param.cells.size(), false);
  for (const ParamCell& cell : decl.cells) {
    // Each part of the key names an element of one index; an index that is not named means all of it.
    std::vector<std::vector<int>> fixed(param.cell_dims.size());
    bool good = true;
    for (const KeyPart& part : cell.key.parts) {
      bool found = false;
      Labels known;
      for (size_t d = 0; d < fixed.size() && !found; ++d) {
        const Labels& labels = param.cell_dims[d];
        known.insert(known.end(), labels.begin(), labels.end());
        if (!fixed[d].empty()) continue;
        fixed[d] = meant(part, labels, param.cell_sets[d]);
        found = !fixed[d].empty();
      }
      if (found) continue;
      const std::string near = part.name ? base::nearest_name(part.name.text, known) : "";
      error("unknown-name", part.span, fmt::format("'{}' is no index of '{}'", key_text(part), param.name),
            near.empty() ? fmt::format("its indices: {}", model::list_text(known))
                         : fmt::format("did you mean '{}'?", near));
      good = false;
    }
    if (!good) continue;
    tick(param.cells.size());
    for (size_t flat_index = 0; flat_index < param.cells.size(); ++flat_index) {
      size_t rest = flat_index;
      bool match = true;
      for (size_t d = fixed.size(); d-- > 0;) {
        const auto element = static_cast<int>(rest % param.cell_dims[d].size());
        rest /= param.cell_dims[d].size();
        match &= fixed[d].empty() || std::find(fixed[d].begin(), fixed[d].end(), element) != fixed[d].end();
      }
      if (!match) continue;
      if (given[flat_index]) {
        error("duplicate-name", cell.key.span, fmt::format("this gives a value of '{}' twice", param.name));
        break;
      }
      given[flat_index] = true;
      give(param.cells[flat_index], cell.draw, cell.words.text || cell.words.source ? cell.words : decl.words);
    }
  }
  if (partial) return;
  const auto gap = std::find(given.begin(), given.end(), false);
  if (gap == given.end()) return;
  size_t rest = static_cast<size_t>(gap - given.begin());
  std::vector<std::string> names;
  for (size_t d = param.cell_dims.size(); d-- > 0;) {
    names.insert(names.begin(), param.cell_dims[d][rest % param.cell_dims[d].size()]);
    rest /= param.cell_dims[d].size();
  }
  const bool numbers = std::any_of(param.cell_sets.begin(), param.cell_sets.end(),
                                   [](const Set* set) { return set && !set->numbers.empty(); });
  const std::string key = numbers && names.size() > 1 ? fmt::format("[{}]", fmt::join(names, ", "))
                                                      : fmt::format("{}", fmt::join(names, "."));
  error("missing-value", decl.name.span, fmt::format("'{}' has no value for {}", param.name, key),
        fmt::format("add a line '{} = ...'", key));
}

void Checker::params() {
  for (Param& param : params_) one_param(param);
}

void Checker::one_param(Param& param) {
  for (size_t flat_index = 0; flat_index < param.cells.size(); ++flat_index) {
    const CellSource& cell = param.cells[flat_index];
    model::Param out;
    size_t rest = flat_index;
    std::vector<size_t> at(param.cell_dims.size());
    for (size_t d = at.size(); d-- > 0;) {
      at[d] = rest % param.cell_dims[d].size();
      rest /= param.cell_dims[d].size();
    }
    out.name = param.name;
    for (size_t d = 0; d < at.size(); ++d) out.name += (d ? "," : "[") + param.cell_dims[d][at[d]];
    if (!at.empty()) out.name += "]";
    out.span = param.decl->name.span;
    if (cell.draw) {
      if (cell.words) out.words = words(*cell.words);
      if (out.words.text.empty()) out.words.text = param.decl->words.text.text;
      if (out.words.source.empty()) out.words.source = param.decl->words.source.text;
      scope_ = cell.scope;
      const size_t base = bindings_.size();
      for (size_t d = 0; d < param.dims.size(); ++d) {
        if (param.dims[d].set == round_set) cell_round_ = static_cast<int>(at[d]) + 1;
        if (d < cell.binders.size()) bindings_.push_back({cell.binders[d], param.dims[d].set, static_cast<int>(at[d])});
      }
      draw(*cell.draw, out);
      bindings_.resize(base);
      cell_round_ = 0;
    }
    case_.params.push_back(std::move(out));
  }
}

void Checker::draw(const Draw& draw, model::Param& out) {
  out.distribution = draw.distribution;
  if (draw.distribution == Distribution::fixed) {
    Context context = formula_context;
    context.param_limit = static_cast<uint32_t>(case_.params.size());
    out.formula = number_or_infinity(*draw.fixed, context);
    return;
  }
  std::vector<double> x;
  for (const auto& argument : draw.arguments) {
    const auto value = constant(*argument);
    if (!value) return;
    x.push_back(*value);
  }
  const auto bad = [&](size_t i, std::string message, std::string hint = {}) {
    error("bad-distribution", draw.arguments[i]->span, std::move(message), std::move(hint));
  };
  auto [low, high] = support_of(draw.distribution, x);
  if (const auto fault = fault_of(draw.distribution, x)) return bad(fault->number, fault->message, fault->hint);
  if (draw.distribution == Distribution::discrete) {
    double total = 0;
    low = INFINITY, high = -INFINITY;
    out.integer = true;
    for (size_t i = 0; i < x.size(); i += 2) {
      if (!(x[i + 1] > 0)) return bad(i + 1, fmt::format("a weight is positive, but this is {}", x[i + 1]));
      if (std::find(out.values.begin(), out.values.end(), x[i]) != out.values.end())
        return bad(i, fmt::format("the value {} is listed twice", x[i]));
      out.values.push_back(x[i]);
      out.weights.push_back(x[i + 1]);
      total += x[i + 1];
      low = std::min(low, x[i]), high = std::max(high, x[i]);
      if (x[i] != std::floor(x[i])) out.integer = false;
    }
    for (double& weight : out.weights) weight /= total;
  }
  if (draw.distribution != Distribution::discrete) out.arguments = x;
  if (!draw.lower) return;
  const auto lower = constant(*draw.lower), upper = constant(*draw.upper);
  if (!lower || !upper) return;
  if (!(*lower < *upper))
    return error("bad-distribution", draw.upper->span,
                 fmt::format("the upper bound {} is not above the lower bound {}", *upper, *lower),
                 "write in [low, high]");
  if (*upper <= low || *lower >= high)
    return error("bad-distribution", draw.lower->span,
                 fmt::format("the distribution has (nearly) no weight in [{}, {}]", *lower, *upper),
                 "bounds cut off tails; they cannot move a distribution");
  if (draw.distribution == Distribution::discrete &&
      std::none_of(out.values.begin(), out.values.end(), [&](double v) { return v >= *lower && v <= *upper; }))
    return error("bad-distribution", draw.lower->span,
                 fmt::format("none of the values lies in [{}, {}]", *lower, *upper));
  out.lower = *lower;
  out.upper = *upper;
}

// ---- references to single parameters
// ---------------------------------------------------------------------------------

// The cells that `cost`, `cost[Ukraine]`, `lives[open_ended]` or `lives[Russia]` mean: an index left out means all of
// it.
std::optional<std::vector<uint32_t>> Checker::cells_of(const Path& path, Param& param) {
  std::vector<int> fixed(param.cell_dims.size(), -1);
  for (const Index& index : path.parts.back().indices) {
    const bool is_path = index.binder || (!index.is_round && index.value->kind == ExprKind::path);
    // A number, or a definition that is one and no element.
    const std::string first = is_path && !index.binder ? index.value->path.parts[0].name.text : "";
    const Symbol* symbol = first.empty() ? nullptr : lookup(first, *scope_);
    const bool element = std::any_of(param.cell_dims.begin(), param.cell_dims.end(), [&](const Labels& labels) {
      return std::find(labels.begin(), labels.end(), first) != labels.end();
    });
    if (!is_path || (symbol && symbol->kind == Kind::let && !element && !binding(first))) {
      const auto x = constant(*index.value, index_context);
      if (!x) return std::nullopt;
      bool found = false;
      for (size_t d = 0; d < fixed.size() && !found; ++d) {
        if (fixed[d] >= 0 || !param.cell_sets[d] || param.cell_sets[d]->numbers.empty()) continue;
        fixed[d] = param.cell_sets[d]->element_of(*x).value_or(-1);
        found = fixed[d] >= 0;
      }
      if (found) continue;
      const auto numbers = std::find_if(param.cell_sets.begin(), param.cell_sets.end(),
                                        [](const Set* set) { return set && !set->numbers.empty(); });
      error("bad-index", index.span, fmt::format("{} is no index of '{}'", *x, param.name),
            numbers == param.cell_sets.end() ? "" : nearest((*numbers)->ascending, *x));
      return std::nullopt;
    }
    std::vector<Name> wanted;
    if (index.binder)
      wanted.push_back(index.binder);
    else
      for (const PathPart& part : index.value->path.parts) wanted.push_back(part.name);
    for (const Name& name : wanted) {
      std::string element = name.text;
      if (const Binding* bound = binding(element))
        element = sets_[bound->set].elements[static_cast<size_t>(bound->element)];
      if (param.actor >= 0 && element == actors_[static_cast<size_t>(param.actor)].name) continue;
      bool found = false;
      for (size_t d = 0; d < fixed.size() && !found; ++d) {
        const Labels& labels = param.cell_dims[d];
        const auto at = std::find(labels.begin(), labels.end(), element);
        if (fixed[d] >= 0 || at == labels.end()) continue;
        fixed[d] = static_cast<int>(at - labels.begin());
        found = true;
      }
      if (found) continue;
      error("bad-index", name.span, fmt::format("'{}' is no index of '{}'", element, param.name));
      return std::nullopt;
    }
  }
  std::vector<uint32_t> out;
  for (size_t cell = 0; cell < param.cells.size(); ++cell) {
    size_t rest = cell;
    bool match = true;
    for (size_t d = fixed.size(); d-- > 0;) {
      if (fixed[d] >= 0 && rest % param.cell_dims[d].size() != static_cast<size_t>(fixed[d])) match = false;
      rest /= param.cell_dims[d].size();
    }
    if (match) out.push_back(param.first + static_cast<uint32_t>(cell));
  }
  return out;
}

std::optional<uint32_t> Checker::param_of(const Path& path) {
  size_t used = 0;
  Symbol* symbol = resolve(path, used);
  if (!symbol || symbol->kind != Kind::param || used != path.parts.size()) {
    unknown(path, "parameter", {Kind::param});
    return std::nullopt;
  }
  const auto cells = cells_of(path, params_[symbol->index]);
  if (!cells) return std::nullopt;
  if (cells->size() != 1) {
    error("index-count", path.span,
          fmt::format("'{}' has {} values; which of them?", params_[symbol->index].name, cells->size()),
          "name one in [...]");
    return std::nullopt;
  }
  return cells->front();
}

void Checker::correlations() {
  std::map<std::pair<uint32_t, uint32_t>, Span> seen;
  for (const auto* units : {&program_.units, &program_.overlays})
    for (const Unit& unit : *units) {
      const auto* decl = std::get_if<CorrelateDecl>(unit.item);
      if (!decl) continue;
      scope_ = unit.scope;
      const auto a = param_of(decl->a), b = param_of(decl->b);
      const auto rho = constant(*decl->rho);
      if (!a || !b || !rho) continue;
      if (*a == *b) {
        error("bad-correlation", decl->span, "a parameter cannot be correlated with itself");
        continue;
      }
      if (!(*rho > -1 && *rho < 1)) {
        error("bad-correlation", decl->rho->span,
              fmt::format("a correlation lies strictly between -1 and 1, but this is {}", *rho));
        continue;
      }
      bool drawn = true;
      for (const auto& [param, path] : {std::pair(*a, &decl->a), std::pair(*b, &decl->b)})
        if (case_.params[param].distribution == Distribution::fixed) {
          error("bad-correlation", path->span,
                fmt::format("'{}' is not drawn, so it correlates with nothing", case_.params[param].name),
                "give it a distribution with '~'");
          drawn = false;
        }
      if (!drawn) continue;
      const auto [entry, fresh] = seen.emplace(std::minmax(*a, *b), decl->span);
      if (!fresh && units == &program_.units) {
        error("duplicate-name", decl->span, "the correlation of these two is already given");
        continue;
      }
      if (!fresh)
        std::erase_if(case_.correlations,
                      [&](const model::Correlation& c) { return std::minmax(c.a, c.b) == std::minmax(*a, *b); });
      case_.correlations.push_back({*a, *b, *rho, decl->span});
    }
}

}  // namespace casus::language

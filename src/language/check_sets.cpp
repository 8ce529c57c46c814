// Index sets, of names and of numbers, and what is indexed by their elements.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "language/checker_state.h"
#include "language/written.h"

namespace casus::language {

using namespace syntax;

namespace {

constexpr size_t most_elements = 1000;

// Steps add up rounding errors: 0.35, not 0.35000000000000003.
double rounded(double x) {
  return x == 0 ? 0 : std::strtod(fmt::format("{:.12g}", x).c_str(), nullptr);
}

}  // namespace

void Checker::register_set(const SetDecl& decl, const Scope& scope) {
  Set set{scope.prefix() + decl.name.text, {}, {}, {}};
  if (decl.elements.empty() && decl.numbers.empty())
    error("empty-set", decl.name.span, fmt::format("the set '{}' has no elements", decl.name.text),
          "name at least one");
  if (decl.elements.size() > most_elements)
    error("too-large", decl.name.span,
          fmt::format("the set '{}' has {} elements; at most {} are accepted", decl.name.text, decl.elements.size(),
                      most_elements));
  std::set<std::string> seen;
  for (const Name& element : decl.elements) {
    if (!seen.insert(element.text).second)
      error("duplicate-name", element.span, fmt::format("'{}' is in the set '{}' twice", element.text, decl.name.text));
    else
      set.elements.push_back(element.text);
  }
  for (const NumberRange& range : decl.numbers)
    if (!add_numbers(range, set)) {
      bad_set_ = true;
      break;
    }
  for (const double x : set.numbers) set.elements.push_back(fmt::format("{}", x));
  if (declare(decl.name, scope, Kind::set, sets_.size())) sets_.push_back(std::move(set));
}

// The numbers of a set are read before anything else is known. False after an error.
bool Checker::add_numbers(const NumberRange& range, Set& set) {
  double ends[3] = {0, 0, 0};
  const ExprPtr* written[] = {&range.first, &range.second, &range.last};
  for (size_t i = 0; i < 3; ++i) {
    if (!*written[i]) continue;
    const auto x = written_number(**written[i]);
    if (!x) {
      error("bad-set", (*written[i])->span, fmt::format("the numbers of the set '{}' are written out", set.name),
            "definitions and parameters are not known yet where sets are read");
      return false;
    }
    ends[i] = rounded(*x);
  }
  const auto [first, second, last] = ends;
  const double step = range.second ? second - first : 1;
  const double steps = range.last ? (last - first) / step : 0;
  const double whole = std::round(steps);
  if (!(steps >= 0) || std::isinf(steps) || std::isinf(step)) {
    error("bad-set", range.span, fmt::format("the range {} .. {} has no elements in steps of {}", first, last, step),
          "a range goes on from its first number to its last; say the second one for another step: 1, 0.9 .. 0");
    return false;
  }
  if (std::fabs(steps - whole) > 1e-6) {
    const double before = rounded(first + std::floor(steps) * step), after = rounded(first + std::ceil(steps) * step);
    error("bad-set", range.span, fmt::format("steps of {} from {} do not come to {}", rounded(step), first, last),
          fmt::format("end it at {} or {}", before, after));
    return false;
  }
  if (whole + 1 + static_cast<double>(set.numbers.size()) > static_cast<double>(most_elements)) {
    error("too-large", range.span,
          fmt::format("the set '{}' has more than {} elements, which is what is accepted", set.name, most_elements),
          "use coarser steps");
    return false;
  }
  for (double k = 0; k <= whole; ++k) {
    const double x = k == whole && range.last ? last : rounded(first + k * step);
    if (model::place_of(set.ascending, x)) {
      error("duplicate-name", range.span, fmt::format("{} is in the set '{}' twice", x, set.name));
      return false;
    }
    set.numbers.push_back(x);
    set.ascending.insert(std::upper_bound(set.ascending.begin(), set.ascending.end(), x), x);
  }
  return true;
}

// The element that a number means.
std::optional<int> Checker::Set::element_of(double number) const {
  const auto place = model::place_of(ascending, number);
  if (!place) return std::nullopt;
  return static_cast<int>(std::find(numbers.begin(), numbers.end(), ascending[*place]) - numbers.begin());
}

std::string Checker::nearest(const std::vector<double>& ascending, double number) {
  const auto above = std::lower_bound(ascending.begin(), ascending.end(), number);
  if (above == ascending.begin()) return fmt::format("the nearest is {}", ascending.front());
  if (above == ascending.end()) return fmt::format("the nearest is {}", ascending.back());
  return fmt::format("the nearest are {} and {}", *std::prev(above), *above);
}

// The number of an element, which remembers that it is one: what is compared with it is compared to within rounding.
Checker::ExprId Checker::number_of(const Set& set, size_t element, Span span) {
  const ExprId id = constant_node(set.numbers[element], span);
  facts_[id].scale = set.scale();
  return id;
}

const Checker::Binding* Checker::binding(const std::string& name) const {
  for (size_t i = bindings_.size(); i-- > 0;)
    if (bindings_[i].name == name) return &bindings_[i];
  return nullptr;
}

size_t Checker::count(const std::vector<Dim>& dims) const {
  size_t out = 1;
  for (const Dim& dim : dims) out = std::min<size_t>(out * elements(dim).size(), 1u << 30);
  return out;
}

size_t Checker::flat(const std::vector<Dim>& dims, const std::vector<int>& tuple) const {
  size_t out = 0;
  for (size_t i = 0; i < dims.size(); ++i) out = out * elements(dims[i]).size() + static_cast<size_t>(tuple[i]);
  return out;
}

std::string Checker::element_name(const std::string& name, const std::vector<Dim>& dims,
                                  const std::vector<int>& tuple) const {
  if (dims.empty()) return name;
  std::string out = name;
  for (size_t i = 0; i < dims.size(); ++i) out += (i ? "," : "[") + elements(dims[i])[static_cast<size_t>(tuple[i])];
  return out + "]";
}

void Checker::for_each(const std::vector<Dim>& dims, const std::function<void(const std::vector<int>&)>& f) {
  std::vector<int> tuple(dims.size(), 0);
  const size_t base = bindings_.size();
  for (const Dim& dim : dims) {
    if (elements(dim).empty()) return;
    bindings_.push_back({dim.binder, dim.set, 0});
  }
  for (;;) {
    tick();
    for (size_t i = 0; i < dims.size(); ++i) bindings_[base + i].element = tuple[i];
    f(tuple);
    size_t k = dims.size();
    while (k > 0 && ++tuple[k - 1] == static_cast<int>(elements(dims[k - 1]).size())) tuple[--k] = 0;
    if (k == 0) break;
  }
  bindings_.resize(base);
}

void Checker::for_each_binding(const std::vector<const Path*>& paths, const std::function<void()>& f) {
  std::vector<Dim> dims;
  for (const Path* path : paths)
    for (const PathPart& part : path->parts)
      for (const Index& index : part.indices)
        if (index.binder) {
          const auto set = set_of(index.value->path);
          if (!set) return;
          dims.push_back({*set, index.binder.text});
        }
  for_each(dims, [&](const std::vector<int>&) { f(); });
}

// The elements of one index that a part of a key names; none if it names something else.
std::vector<int> Checker::meant(const KeyPart& part, const Labels& labels, const Set* set) {
  std::vector<int> out;
  if (part.name) {
    const auto at = std::find(labels.begin(), labels.end(), part.name.text);
    if (at != labels.end()) out.push_back(static_cast<int>(at - labels.begin()));
    return out;
  }
  const auto low = constant(*part.number), high = part.upper ? constant(*part.upper) : low;
  if (!low || !high || !set || set->numbers.empty()) return out;
  const auto first = set->element_of(*low), last = set->element_of(*high);
  if (!first || !last) return out;
  for (size_t i = 0; i < set->numbers.size(); ++i)
    if (set->numbers[i] >= set->numbers[static_cast<size_t>(*first)] &&
        set->numbers[i] <= set->numbers[static_cast<size_t>(*last)])
      out.push_back(static_cast<int>(i));
  return out;
}

std::string Checker::key_text(const KeyPart& part) {
  const auto text = [](const Expr& e) { return e.literal.empty() ? "this number" : e.literal; };
  if (part.name) return part.name.text;
  return part.upper ? text(*part.number) + " .. " + text(*part.upper) : text(*part.number);
}

// The name of an option or outcome as it is written out, `demand[0.35]`: of a number the name of the element next to
// it.
std::optional<std::string> Checker::option_name(const PathPart& part, const Labels& known) {
  if (part.indices.empty()) return part.name.text;
  std::string out = part.name.text + "[";
  for (const Index& index : part.indices) {
    if (out.back() != '[') out += ",";
    const bool is_name = index.binder || (index.value->kind == ExprKind::path && index.value->path.parts.size() == 1 &&
                                          index.value->path.parts[0].indices.empty());
    const std::string name = index.binder ? index.binder.text : is_name ? index.value->path.parts[0].name.text : "";
    if (const Binding* bound = binding(name)) {
      out += sets_[bound->set].elements[static_cast<size_t>(bound->element)];
      continue;
    }
    const auto begins = [&](const std::string& other) { return other.starts_with(out + name); };
    const Symbol* symbol = is_name ? lookup(name, *scope_) : nullptr;
    if (is_name && (!(symbol && is_value(*symbol)) || std::any_of(known.begin(), known.end(), begins))) {
      out += name;
      continue;
    }
    const auto x = constant(*index.value, index_context);
    if (!x) return std::nullopt;
    // What elements there are the names say.
    std::map<double, std::string> elements;
    std::vector<double> ascending;
    for (const std::string& other : known) {
      if (!other.starts_with(out)) continue;
      const std::string element = other.substr(out.size(), other.find_first_of(",]", out.size()) - out.size());
      char* end = nullptr;
      const double value = std::strtod(element.c_str(), &end);
      if (end != element.c_str() && *end == 0) elements.emplace(value, element);
    }
    ascending.reserve(elements.size());
    for (const auto& [value, element] : elements) ascending.push_back(value);
    const auto place = model::place_of(ascending, *x);
    if (!place) {
      error("unknown-option", index.span, fmt::format("there is no '{}{}]'", out, rounded(*x)),
            ascending.empty() ? fmt::format("known here: {}", model::list_text(known)) : nearest(ascending, *x));
      return std::nullopt;
    }
    out += elements[ascending[*place]];
  }
  return out + "]";
}

std::optional<int> Checker::element_at(const Index& index, const Dim& dim, const std::string& name, ExprId* round) {
  const Set& set = sets_[dim.set];
  const bool numbers = !set.numbers.empty();
  const Type type = numbers ? number_type : Type{Type::Kind::labels, &set.elements, set.name};
  const bool rounds = dim.set == round_set;
  const Value value = lower(*index.value, rounds ? round_index_context : index_context, numbers ? nullptr : &type);
  if (value.type.kind == Type::Kind::error) return std::nullopt;
  const auto constant = constant_of(value.id);
  if (rounds && round && !constant && value.type.kind == Type::Kind::number) {
    *round = value.id;
    return 0;
  }
  if (!same(value.type, type) || !constant) {
    error("bad-index", index.span,
          fmt::format("an index of '{}' is an element of '{}', not {}", name, set.name, kind_name(value.type)));
    return std::nullopt;
  }
  if (!numbers) return static_cast<int>(*constant);
  const auto element = set.element_of(*constant);
  if (!element && rounds)
    error("bad-index", index.span,
          fmt::format("there is no round {}: the case has {}", rounded(*constant), set.numbers.size()));
  else if (!element)
    error("bad-index", index.span, fmt::format("{} is no element of '{}'", rounded(*constant), set.name),
          nearest(set.ascending, *constant));
  return element;
}

std::optional<std::vector<int>> Checker::tuple_of(const PathPart& part, const std::vector<Dim>& dims,
                                                  const std::string& name, size_t from, bool exact, ExprId* round) {
  const size_t given = part.indices.size();
  if (given < from + dims.size() || (exact && given != from + dims.size())) {
    std::vector<std::string> sets;
    sets.reserve(dims.size());
    for (const Dim& dim : dims) sets.push_back(sets_[dim.set].name);
    error("index-count", part.name.span,
          dims.empty()
              ? fmt::format("'{}' has no index, but {} {} given", name, given - from, given - from == 1 ? "is" : "are")
              : fmt::format("'{}' is indexed by {}, but {} given", name, fmt::join(sets, ", "),
                            given == from ? "no index is"
                                          : fmt::format("{} {}", given - from, given - from == 1 ? "is" : "are")),
          dims.empty() ? fmt::format("write '{}' alone", name)
                       : fmt::format("write {}[{}]", name, fmt::join(sets, ", ")));
    return std::nullopt;
  }
  std::vector<int> out;
  for (size_t i = 0; i < dims.size(); ++i) {
    const Index& index = part.indices[from + i];
    if (index.binder) {
      const Binding* bound = binding(index.binder.text);
      if (bound && bound->set == dims[i].set) {
        out.push_back(bound->element);
        continue;
      }
      error("bad-index", index.span, fmt::format("'{}' cannot be bound here", index.binder.text),
            "use sum(h in Set), all(h in Set) or any(h in Set)");
      return std::nullopt;
    }
    if (index.is_round && dims[i].set != round_set) {
      error("bad-index", index.span,
            fmt::format("expected an element of '{}', found a round", sets_[dims[i].set].name));
      return std::nullopt;
    }
    const auto element = element_at(index, dims[i], name, round);
    if (!element) return std::nullopt;
    out.push_back(*element);
  }
  return out;
}

}  // namespace casus::language

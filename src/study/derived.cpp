#include "study/derived.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace casus::study {

namespace {

using model::Expr;
using model::ExprId;
using model::Op;

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

struct OpName {
  Op op;
  std::string_view name;
};
constexpr std::array op_names{OpName{Op::neg, "neg"},
                              OpName{Op::not_, "not"},
                              OpName{Op::abs, "abs"},
                              OpName{Op::exp, "exp"},
                              OpName{Op::log, "log"},
                              OpName{Op::sqrt, "sqrt"},
                              OpName{Op::logistic, "logistic"},
                              OpName{Op::normal_cdf, "normal_cdf"},
                              OpName{Op::floor, "floor"},
                              OpName{Op::add, "add"},
                              OpName{Op::sub, "sub"},
                              OpName{Op::mul, "mul"},
                              OpName{Op::div, "div"},
                              OpName{Op::pow, "pow"},
                              OpName{Op::min, "min"},
                              OpName{Op::max, "max"},
                              OpName{Op::eq, "eq"},
                              OpName{Op::ne, "ne"},
                              OpName{Op::lt, "lt"},
                              OpName{Op::le, "le"},
                              OpName{Op::gt, "gt"},
                              OpName{Op::ge, "ge"},
                              OpName{Op::and_, "and"},
                              OpName{Op::or_, "or"},
                              OpName{Op::if_, "if"}};

bool holds(const model::ExprPool& pool, ExprId id, const uint32_t* types) {
  const Expr& e = pool[id];
  switch (e.op) {
    case Op::constant:
      return e.value != 0;
    case Op::type_is:
      return types[e.actor] == e.index;
    case Op::if_:
      return holds(pool, holds(pool, e.a, types) ? e.b : e.c, types);
    default:
      return model::apply(e.op, holds(pool, e.a, types), model::arity(e.op) > 1 && holds(pool, e.b, types), 0) != 0;
  }
}

ExprId copy(const model::ExprPool& pool, ExprId id, std::vector<Expr>& out) {
  Expr e = pool[id];
  e.span = {};
  const int operands = model::arity(e.op);
  if (operands > 0) e.a = copy(pool, e.a, out);
  if (operands > 1) e.b = copy(pool, e.b, out);
  if (operands > 2) e.c = copy(pool, e.c, out);
  out.push_back(e);
  return static_cast<ExprId>(out.size() - 1);
}

// Those that are in both; nothing where no profile is.
Profiles both(const Profiles& a, const Profiles& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  Profiles out(a.size());
  for (size_t p = 0; p < a.size(); ++p) out[p] = a[p] && b[p];
  return out;
}

double mean(const MeasureRows& rows, const std::vector<double>& values, const std::vector<double>& prior,
            const Derived::Part& part) {
  double weight = 0, sum = 0;
  for (uint32_t p = 0; p < rows.profiles; ++p) {
    if ((!part.profiles.empty() && !part.profiles[p]) || prior[p] == 0) continue;
    weight += prior[p];
    sum += prior[p] * values[rows.at(part.measure, part.round - 1, p)];
  }
  return weight > 0 ? sum / weight : no_value;
}

// Reads values of a row through formulas. What is counted can be moved.
class Reader {
 public:
  Reader(const MeasureRows& rows, const std::vector<double>& values, const std::vector<double>& prior)
      : rows_(rows), values_(values), prior_(prior) {}

  // `part` in a round, from 1.
  double value(const Derived::Part& part) {
    const Derived& d = rows_.derived[part.measure];
    if (!d.counted()) return node(d, static_cast<ExprId>(d.nodes.size() - 1), part);
    const auto known = std::find(leaves.begin(), leaves.end(), part);
    const auto k = static_cast<size_t>(known - leaves.begin());
    if (known == leaves.end()) {
      leaves.push_back(part);
      numbers.push_back(mean(rows_, values_, prior_, part));
      moved.push_back(0);
    }
    return numbers[k] + moved[k];
  }
  // What is counted and has been read.
  std::vector<Derived::Part> leaves;
  std::vector<double> numbers, moved;

 private:
  double node(const Derived& d, ExprId id, const Derived::Part& asked) {
    const Expr& e = d.nodes[id];
    switch (e.op) {
      case Op::constant:
        return e.value;
      case Op::measure: {
        Derived::Part part = d.parts[e.index];
        if (part.round == 0) part.round = rows_.rounds[part.measure] > 1 ? asked.round : 1;
        part.profiles = both(part.profiles, asked.profiles);
        return value(part);
      }
      case Op::if_:  // only what is taken: the other may have no value
        return node(d, node(d, e.a, asked) != 0 ? e.b : e.c, asked);
      default:
        return model::apply(e.op, node(d, e.a, asked), model::arity(e.op) > 1 ? node(d, e.b, asked) : 0, 0);
    }
  }

  const MeasureRows& rows_;
  const std::vector<double>&values_, &prior_;
};

std::string number_text(double x) {
  return fmt::format("{}", x);
}

}  // namespace

Derived derived_of(const model::Case& c, const model::Measure& m, uint32_t profiles, uint32_t actors,
                   const std::vector<uint32_t>& profile_type) {
  Derived out;
  if (m.formula == model::no_expr) return out;
  copy(c.pool, m.formula, out.nodes);
  for (const auto& t : m.terms) {
    auto& part = out.parts.emplace_back();
    part.measure = t.measure;
    part.round = static_cast<uint32_t>(t.round);
    for (uint32_t p = 0; t.given != model::no_expr && p < profiles; ++p)
      part.profiles.push_back(holds(c.pool, t.given, profile_type.data() + size_t{p} * actors));
  }
  return out;
}

void MeasureRows::add(uint32_t its_rounds, Derived formula) {
  rounds.push_back(its_rounds);
  first.push_back(size);
  derived.push_back(std::move(formula));
  size += size_t{its_rounds} * profiles;
}

double measured(const MeasureRows& rows, const std::vector<double>& values, const std::vector<double>& prior,
                uint32_t measure, uint32_t round, const Profiles& profiles) {
  const Derived::Part part{measure, round + 1, profiles};
  if (rows.derived[measure].counted()) return mean(rows, values, prior, part);
  const double x = Reader(rows, values, prior).value(part);
  return std::isfinite(x) ? x : no_value;
}

double measured_change(const MeasureRows& rows, const std::vector<double>& values, const std::vector<double>& change,
                       const std::vector<double>& prior, uint32_t measure, uint32_t round, const Profiles& profiles) {
  constexpr size_t one_by_one = 64;  // beyond, what is read moves together: it is one distribution in its steps
  const Derived::Part part{measure, round + 1, profiles};
  if (rows.derived[measure].counted()) return mean(rows, change, prior, part);
  Reader reader(rows, values, prior);
  const double here = reader.value(part);
  if (!std::isfinite(here)) return no_value;
  const auto difference = [&] {
    const double there = reader.value(part);
    return std::isfinite(there) ? std::fabs(there - here) : std::numeric_limits<double>::infinity();
  };
  double sum = 0;
  bool some = false;
  // What is read when something has moved may be more than was read at first.
  for (size_t k = 0; k < reader.leaves.size(); ++k) {
    const double by = mean(rows, change, prior, reader.leaves[k]);
    if (!(std::fabs(by) > 0)) continue;
    some = true;
    reader.moved[k] = -by;
    if (reader.leaves.size() > one_by_one) continue;
    sum += difference();
    reader.moved[k] = 0;
  }
  return some && reader.leaves.size() > one_by_one ? difference() : sum;
}

void fill_derived(const MeasureRows& rows, std::vector<double>& values, std::vector<double>& change,
                  const std::vector<double>& prior) {
  std::vector<std::pair<size_t, double>> value, moves;
  for (uint32_t m = 0; m < rows.derived.size(); ++m) {
    if (rows.derived[m].counted()) continue;
    for (uint32_t r = 0; r < rows.rounds[m]; ++r)
      for (uint32_t p = 0; p < rows.profiles; ++p) {
        Profiles alone(rows.profiles, 0);
        alone[p] = 1;
        values[rows.at(m, r, p)] = measured(rows, values, prior, m, r, alone);
        change[rows.at(m, r, p)] = measured_change(rows, values, change, prior, m, r, alone);
      }
  }
}

std::string text_of(const Derived& d) {
  std::string out;
  for (const auto& part : d.parts) {
    out += fmt::format("{}.{}.", part.measure, part.round);
    if (part.profiles.empty()) out += '*';
    for (const uint8_t in : part.profiles) out += in ? '1' : '0';
    out += ' ';
  }
  out += '|';
  const auto write = [&](const auto& self, ExprId id) -> void {
    const Expr& e = d.nodes[id];
    out += ' ';
    if (e.op == Op::constant) {
      out += number_text(e.value);
    } else if (e.op == Op::measure) {
      out += fmt::format("m{}", e.index);
    } else {
      const auto known = std::find_if(op_names.begin(), op_names.end(), [&](const OpName& n) { return n.op == e.op; });
      out += known->name;
      const ExprId operands[] = {e.a, e.b, e.c};
      for (int k = 0; k < model::arity(e.op); ++k) self(self, operands[k]);
    }
  };
  if (!d.nodes.empty()) write(write, static_cast<ExprId>(d.nodes.size() - 1));
  return out;
}

Derived read_derived(std::string_view text) {
  Derived out;
  const auto word = [&] {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const size_t end = std::min(text.find(' '), text.size());
    const auto found = text.substr(0, end);
    text.remove_prefix(end);
    return found;
  };
  const auto whole = [](std::string_view digits) {
    uint32_t x = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), x);
    return x;
  };
  for (auto w = word(); !w.empty() && w != "|"; w = word()) {
    const size_t one = w.find('.'), two = w.find('.', one + 1);
    if (two == w.npos) return {};
    auto& part = out.parts.emplace_back();
    part.measure = whole(w.substr(0, one));
    part.round = whole(w.substr(one + 1, two - one - 1));
    for (const char c : w.substr(two + 1))
      if (c != '*') part.profiles.push_back(c == '1');
  }
  int depth = 0;
  const auto read = [&](const auto& self) -> ExprId {
    constexpr int most = 2000;  // the language allows 1000
    const auto w = ++depth > most ? std::string_view() : word();
    Expr e;
    if (w.starts_with('m') && w.size() > 1 && w[1] >= '0' && w[1] <= '9') {
      e.op = Op::measure;
      e.index = whole(w.substr(1));
    } else if (const auto known =
                   std::find_if(op_names.begin(), op_names.end(), [&](const OpName& n) { return n.name == w; });
               known != op_names.end()) {
      e.op = known->op;
      ExprId* operands[] = {&e.a, &e.b, &e.c};
      for (int k = 0; k < model::arity(e.op); ++k) *operands[k] = self(self);
    } else {
      std::from_chars(w.data(), w.data() + w.size(), e.value);
    }
    --depth;
    out.nodes.push_back(e);
    return static_cast<ExprId>(out.nodes.size() - 1);
  };
  read(read);
  return out;
}

}  // namespace casus::study

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "report/export.h"

namespace casus::report {
namespace {

// Collects lines and hands them on in large pieces.
class Lines {
 public:
  explicit Lines(const std::function<bool(std::string_view)>& write) : write_(write) {}
  Lines& cell(std::string_view text) {
    out_ += csv_cell(text);
    out_ += ',';
    return *this;
  }
  Lines& cell(double x) {
    if (!std::isnan(x)) fmt::format_to(std::back_inserter(out_), "{}", x);
    out_ += ',';
    return *this;
  }
  Lines& cell(int64_t n) {
    fmt::format_to(std::back_inserter(out_), "{},", n);
    return *this;
  }
  void end() {
    out_.back() = '\n';
    if (out_.size() > 1 << 16) flush();
  }
  bool flush() {
    if (good_ && !out_.empty()) good_ = write_(out_);
    out_.clear();
    return good_;
  }
  bool good() const { return good_; }

 private:
  const std::function<bool(std::string_view)>& write_;
  std::string out_;
  bool good_ = true;
};

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& p : parts) out += (out.empty() ? "" : ", ") + p;
  return out;
}

base::Result<bool> worlds(const study::Archive& archive, Lines& out) {
  out.cell("world");
  for (const auto& p : archive.names.params) out.cell(p.name);
  out.end();
  return archive.store.each_world([&](int64_t world, const std::vector<double>& params) {
    if (!out.good()) return;
    out.cell(world);
    for (double x : params) out.cell(x);
    out.end();
  });
}

base::Result<bool> measures(const study::Archive& archive, Lines& out, bool by_type) {
  const auto& names = archive.names;
  for (const char* head : {"world", "policy", "measure", "round"}) out.cell(head);
  if (by_type) out.cell("types").cell("weight");
  out.cell("value").cell("grid_change").end();
  std::vector<std::string> types;
  for (const auto& p : names.profiles) types.push_back(joined(p));
  return archive.store.each_result([&](int64_t world, uint32_t place, const study::PolicyResult& r) {
    if (!r.ok() || !out.good()) return;
    for (uint32_t m = 0; m < names.measures.size(); ++m)
      for (uint32_t k = 0; k < names.measures[m].rounds; ++k) {
        const auto begin = [&]() -> Lines& {
          out.cell(world).cell(names.policies[place].name).cell(names.measures[m].name);
          return names.measures[m].rounds > 1 ? out.cell(int64_t{k} + 1) : out.cell("");
        };
        const study::Outcome outcome{.measure = m, .round = k, .name = {}};
        if (!by_type) {
          begin().cell(study::outcome_value(names, outcome, r)).cell(study::outcome_change(names, outcome, r)).end();
          continue;
        }
        const size_t first = names.rows.at(names.measures[m].number, k, 0);
        for (size_t p = 0; p < types.size(); ++p)
          begin().cell(types[p]).cell(r.profile_prior[p]).cell(r.values[first + p]).cell(r.change[first + p]).end();
      }
  });
}

base::Result<bool> claims(const study::Archive& archive, Lines& out) {
  for (const char* head : {"world", "claim", "verdict", "margin", "uncertainty"}) out.cell(head);
  out.end();
  return archive.store.each_verdict([&](int64_t world, uint32_t claim, const study::Verdict& v) {
    if (!out.good()) return;
    out.cell(world).cell(archive.names.claims[claim].name);
    out.cell(v.truth == study::Truth::holds ? "holds" : v.truth == study::Truth::fails ? "fails" : "unknown");
    out.cell(v.margin).cell(v.uncertainty).end();
  });
}

base::Result<bool> certificates(const study::Archive& archive, Lines& out) {
  for (const char* head :
       {"world", "policy", "error", "residual", "payoff_range", "grid_change", "nodes", "traced", "folds", "unstable",
        "failed", "method", "distance", "regret", "best_reply", "effect", "seen", "crossings", "left_at"})
    out.cell(head);
  out.end();
  return archive.store.each_result([&](int64_t world, uint32_t place, const study::PolicyResult& r) {
    if (!out.good()) return;
    out.cell(world).cell(archive.names.policies[place].name).cell(r.error);
    const auto& c = r.certificate;
    if (r.ok()) {
      out.cell(c.residual).cell(c.payoff_range);
      const auto number = [&](bool known, double x) {
        if (known)
          out.cell(x);
        else
          out.cell("");
      };
      number(c.compared, c.grid_change);
      for (uint64_t n : {c.nodes, c.traced, c.folds, c.unstable, c.failed}) out.cell(static_cast<int64_t>(n));
      out.cell(solve::method_name(c.method));
      for (double x : {c.distance, c.regret, c.best_reply, c.effect, c.seen}) number(c.judged, x);
      out.cell(static_cast<int64_t>(c.crossings)).cell(c.left_at);
    } else {
      for (int k = 0; k < 16; ++k) out.cell("");
    }
    out.end();
  });
}

}  // namespace

const std::vector<std::string>& table_names() {
  static const std::vector<std::string> names{"worlds", "measures", "types", "claims", "certificates"};
  return names;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

base::Result<bool> write_csv(const study::Archive& archive, std::string_view table,
                             const std::function<bool(std::string_view)>& write) {
  if (const auto& known = table_names(); std::find(known.begin(), known.end(), table) == known.end())
    return base::Error{fmt::format("there is no table '{}'; there are {}", table, fmt::join(known, ", "))};
  Lines out(write);
  auto done = table == "worlds"     ? worlds(archive, out)
              : table == "measures" ? measures(archive, out, false)
              : table == "types"    ? measures(archive, out, true)
              : table == "claims"   ? claims(archive, out)
                                    : certificates(archive, out);
  if (!done) return done;
  if (!out.flush()) return base::Error{"cannot write the table (is the disk full?)"};
  return true;
}

}  // namespace casus::report

#include "report/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/analysis_page.h"
#include "report/text.h"

namespace casus::report {
namespace {

using Json = nlohmann::ordered_json;

std::string label(const study::MovedMeasure& m) {
  return m.round > 0 ? fmt::format("{}[{}, round {}]", m.measure, m.policy, m.round)
                     : fmt::format("{}[{}]", m.measure, m.policy);
}

std::string p_text(double p) {
  return p < 0.001 ? "under 0.001" : fmt::format("{:.3f}", p);
}

std::string signed_difference(bool probability, double value) {
  return (value > 0 ? "+" : "") + difference_text(probability, value);
}

class ComparisonText {
 public:
  ComparisonText(const ComparisonAnswer& a, const Style& style)
      : a_(a), c_(*a.comparison), columns_(std::clamp<size_t>(style.columns, 60, 160)), colour_(style.colour) {}

  std::string text() {
    line(bold(fmt::format("{} and {}", a_.before, a_.after)));
    asked();
    sample();
    claims();
    measures();
    return out_;
  }

 private:
  std::string bold(std::string_view text) const {
    return colour_ ? fmt::format("\033[1m{}\033[0m", text) : std::string(text);
  }
  void line(std::string_view text) { out_ += std::string(text) + "\n"; }
  void prose(std::string_view text, size_t indent = 0) {
    out_ += wrapped(std::string(indent, ' '), text, columns_, indent);
  }
  void heading(std::string_view text) { out_ += "\n" + bold(text) + "\n"; }

  void asked() {
    heading("What was asked differently");
    if (c_.asked.empty() && c_.only_before.empty() && c_.only_after.empty()) line("Nothing.");
    for (const auto& d : c_.asked)
      prose(d.before.empty() ? fmt::format("{}: {}", d.what, d.after)
                             : fmt::format("{}: {}, then {}", d.what, d.before, d.after.empty() ? "nothing" : d.after),
            2);
    const auto list = [&](const char* where, const std::vector<std::string>& names) {
      if (names.empty()) return;
      std::string text;
      for (const auto& n : names) text += (text.empty() ? "" : ", ") + n;
      prose(fmt::format("only in {}: {}", where, text), 2);
    };
    list("the first", c_.only_before);
    list("the second", c_.only_after);
  }

  void sample() {
    out_ += "\n";
    if (c_.paired)
      prose(fmt::format("The {} are the same in both ({} pairs), so each is compared with itself.",
                        c_.pairs == c_.worlds_before ? "worlds" : "worlds they share", c_.pairs));
    else
      prose(fmt::format("The worlds differ ({} and {}), so the two are compared as independent samples.",
                        c_.worlds_before, c_.worlds_after));
  }

  void claims() {
    if (c_.claims.empty()) return;
    const auto beyond =
        static_cast<size_t>(std::count_if(c_.claims.begin(), c_.claims.end(), [](const auto& c) { return c.beyond; }));
    heading("Claims");
    prose(beyond == 0 ? fmt::format("No verdict of {} moved by more than the sampling error.",
                                    counted(c_.claims.size(), "claim"))
                      : fmt::format("{} of {} moved by more than the sampling error (5 %, shared among them).", beyond,
                                    counted(c_.claims.size(), "claim")));
    size_t still = 0, chance = 0;
    for (const auto& c : c_.claims) {
      if (c.before.value == c.after.value && c.only_before + c.only_after == 0) {
        ++still;
        continue;
      }
      if (c.p_value > 0.05) {
        ++chance;
        continue;
      }
      std::string text =
          fmt::format("{}: holds in {} ({} to {}), then {} ({} to {}); ", c.text.empty() ? plain_name(c.claim) : c.text,
                      percent(c.before.value), percent(c.before.low), percent(c.before.high), percent(c.after.value),
                      percent(c.after.low), percent(c.after.high));
      if (c_.paired)
        text +=
            fmt::format("{} lost it, {} gained it; ", counted(c.only_before, "world"), counted(c.only_after, "world"));
      text += fmt::format("p {}{}", p_text(c.p_value), c.beyond ? "" : ", may be chance");
      out_ += wrapped(c.beyond ? "  * " : "    ", text + ".", columns_, 4);
    }
    if (chance > 0) prose(fmt::format("{} more moved as much as chance would move them.", counted(chance, "claim")), 2);
    if (still > 0)
      prose(fmt::format("{} exactly as before.", still == c_.claims.size() ? "All are" : fmt::format("{} are", still)),
            2);
  }

  void measures() {
    if (c_.measures.empty()) return;
    std::vector<const study::MovedMeasure*> moved;
    size_t still = 0;
    for (const auto& m : c_.measures) {
      if (m.beyond) moved.push_back(&m);
      still += m.change == 0 && m.half_width == 0;
    }
    heading("Measures");
    prose(fmt::format("{} of {} means moved by more than the sampling error (5 %, shared among them){}.",
                      moved.empty() ? "None" : fmt::format("{}", moved.size()), c_.measures.size(),
                      still > 0 ? fmt::format("; {} are exactly as before", still) : ""));
    if (moved.empty()) return;
    // Values of single rounds come after the others: they are many and say much the same.
    std::stable_sort(moved.begin(), moved.end(), [](const auto* x, const auto* y) {
      if ((x->round > 0) != (y->round > 0)) return y->round > 0;
      return std::fabs(x->change) / (x->half_width + 1e-300) > std::fabs(y->change) / (y->half_width + 1e-300);
    });
    constexpr size_t most = 25;
    std::vector<std::vector<std::string>> rows{{"measure[policy]", "before", "after", "change", "±", ""}};
    for (size_t k = 0; k < std::min(most, moved.size()); ++k) {
      const auto& m = *moved[k];
      rows.push_back({label(m), value_text(m.probability, m.before), value_text(m.probability, m.after),
                      signed_difference(m.probability, m.change), difference_text(m.probability, m.half_width),
                      std::fabs(m.change) <= m.grid ? "g" : " "});
    }
    std::vector<size_t> widths(rows[0].size());
    for (const auto& row : rows)
      for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
    size_t others = 2;
    for (size_t c = 1; c < widths.size(); ++c) others += widths[c] + 2;
    widths[0] = std::min(widths[0], columns_ > others + 16 ? columns_ - others : 16);
    for (const auto& row : rows) {
      std::string text = "  " + pad_right(fitted(row[0], widths[0]), widths[0]);
      for (size_t c = 1; c < row.size(); ++c) text += "  " + pad_left(row[c], widths[c]);
      line(text);
    }
    if (moved.size() > most) prose(fmt::format("... and {} more; --json has all.", moved.size() - most), 2);
    prose(
        "Largest first, in units of the error, measures with a value for each round last; ±: half a 95 % interval of "
        "the change; g: no larger than what refining the belief grid moved.",
        2);
  }

  const ComparisonAnswer& a_;
  const study::Comparison& c_;
  size_t columns_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string terminal_text(const ComparisonAnswer& a, const Style& style) {
  return ComparisonText(a, style).text();
}

std::string json_text(const ComparisonAnswer& a) {
  const auto& c = *a.comparison;
  const auto real = [](double x) { return std::isfinite(x) ? Json(x) : Json(); };
  Json asked = Json::array(), measures = Json::array(), claims = Json::array();
  for (const auto& d : c.asked) asked.push_back({{"what", d.what}, {"before", d.before}, {"after", d.after}});
  for (const auto& m : c.measures)
    measures.push_back({{"measure", m.measure},
                        {"policy", m.policy},
                        {"round", m.round > 0 ? Json(m.round) : Json()},
                        {"before", real(m.before)},
                        {"after", real(m.after)},
                        {"change", real(m.change)},
                        {"half_width", real(m.half_width)},
                        {"grid", real(m.grid)},
                        {"worlds", m.worlds},
                        {"beyond_sampling_error", m.beyond}});
  const auto share = [](const lab::Share& s) {
    return Json{{"share", s.value}, {"interval", {s.low, s.high}}, {"worlds", s.of}};
  };
  for (const auto& x : c.claims) {
    Json one{{"claim", x.claim}, {"before", share(x.before)}, {"after", share(x.after)}};
    if (c.paired) one["lost_in"] = x.only_before, one["gained_in"] = x.only_after;
    one["p_value"] = real(x.p_value);
    one["beyond_sampling_error"] = x.beyond;
    claims.push_back(one);
  }
  const Json out{{"casus", a.version},         {"kind", "compare"},  {"before", a.before},
                 {"after", a.after},           {"asked", asked},     {"only_before", c.only_before},
                 {"only_after", c.only_after}, {"paired", c.paired}, {"worlds", {c.worlds_before, c.worlds_after}},
                 {"pairs", c.pairs},           {"claims", claims},   {"measures", measures}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace casus::report

#include <cmath>

#include "lab/box.h"
#include "report/analysis_page.h"

namespace casus::report {
namespace {

// "34 % ±9": a share of the variance; estimates below 0 are shown as they are.
std::string share_text(const lab::Index& index) {
  return fmt::format("{:.0f} % ±{:.0f}", 100 * index.value, 100 * index.half_width);
}

std::string signed_text(double value) {
  return fmt::format("{:+.2f}", std::fabs(value) < 0.005 ? 0.0 : value);
}

// Whether a row belongs into a table that shows what matters.
bool matters(const lab::SensitivityTable& t, const lab::SensitivityRow& r) {
  return t.has_total ? r.total.value - r.total.half_width > 0.005 : r.beyond_noise;
}

}  // namespace

std::vector<std::string> AnalysisPage::lines(const std::string& text) {
  std::vector<std::string> out;
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    out.push_back(text.substr(begin, end - begin));
  return out;
}

void AnalysisPage::table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  size_t others = 0;
  for (size_t c = 1; c < widths.size(); ++c) others += widths[c] + 2;
  widths[0] = std::min(widths[0], columns_ > others + 12 ? columns_ - others - 2 : 12);
  for (size_t r = 0; r < rows.size(); ++r) {
    std::string text = "  " + pad_right(fitted(rows[r][0], widths[0]), widths[0]);
    for (size_t c = 1; c < rows[r].size(); ++c) text += "  " + pad_left(rows[r][c], widths[c]);
    line(r == 0 ? dim(text) : text);
  }
}

void AnalysisPage::glossary(const std::vector<std::string>& params) {
  std::string text;
  for (const auto& p : params)
    for (const auto& known : a_.names->params)
      if (known.name == p && !known.description.empty())
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", p, known.description);
  if (!text.empty()) prose(text + ".", 2);
}

void AnalysisPage::sensitivity(const study::SensitivityAnswer& s) {
  const auto& measure = a_.names->measures[s.outcome.measure];
  heading(fmt::format("What {} hangs on", outcome_text(a_, s)));
  if (s.never_varies) {
    prose(fmt::format("On nothing: it is {} in every world.", value_text(measure.probability, s.mean)));
    return;
  }
  const auto& t = s.table;
  const auto& names = a_.sample->parameters.columns;
  const auto name = [&](const lab::SensitivityRow& r) { return names[r.column].name; };
  std::vector<const lab::SensitivityRow*> shown;
  std::vector<std::string> rest;
  const size_t most = a_.brief ? 5 : 20;
  size_t count = 0;
  for (const auto& r : t.rows) {
    count += matters(t, r);
    if (matters(t, r) && shown.size() < most)
      shown.push_back(&r);
    else
      rest.push_back(name(r));
  }
  std::string title;
  if (shown.empty()) {
    title = "No parameter is told apart from chance in this many worlds.";
  } else {
    const auto& top = *shown.front();
    title = fmt::format("{} matters most: if it alone were known, {} of the variance between worlds would go",
                        name(top), share_text(top.first));
    if (t.has_total) title += fmt::format("; with all it does together with others, {}", share_text(top.total));
    title +=
        fmt::format(". {} of {} parameters {} out from chance.", count, t.rows.size(), count == 1 ? "stands" : "stand");
  }
  title += fmt::format(" The outcome is {} on average, with a standard deviation of {} over {}.",
                       s.minus ? difference_text(measure.probability, s.mean) : value_text(measure.probability, s.mean),
                       difference_text(measure.probability, s.deviation), counted(s.worlds, "world"));
  prose(title);
  if (shown.empty()) return;

  std::vector<std::vector<std::string>> rows{{"parameter", "alone"}};
  if (t.has_total) rows[0].push_back("in all");
  rows[0].insert(rows[0].end(), {"whole", "area", "slope", "rank slope"});
  for (const auto* r : shown) {
    std::vector<std::string> row{name(*r), share_text(r->first)};
    if (t.has_total) row.push_back(share_text(r->total));
    row.push_back(fmt::format("{:.2f}{}", r->pawn.median, r->beyond_noise ? " *" : "  "));
    row.push_back(fmt::format("{:.2f} ±{:.2f}", r->delta.value, r->delta.half_width));
    row.push_back(signed_text(r->slope));
    row.push_back(signed_text(r->rank_slope));
    rows.push_back(std::move(row));
  }
  table(rows);
  std::vector<std::string> told;
  told.reserve(shown.size());
  for (const auto* r : shown) told.push_back(name(*r));
  glossary(told);
  if (a_.brief) {
    prose(
        "alone: share of the variance that would go if the parameter were known, ± half a 95 % interval; whole, area: "
        "how far it moves the whole distribution; slope: direction.",
        2);
    return;
  }
  legend("alone", fmt::format("share of the variance that would go if it were known, ± half a 95 % interval: {}",
                              t.first_estimator));
  if (t.has_total)
    legend("in all", fmt::format("share that would remain if all others were known: {}", t.total_estimator));
  legend("whole", fmt::format("how far it moves the whole distribution, 0 to 1: {}; a parameter without effect gets "
                              "{:.2f} by chance, * is above that and twice its spread ({:.2f})",
                              t.distribution_estimator, t.noise.value, t.noise.value + t.noise.half_width));
  legend("area", fmt::format("the same as area between densities: {}", t.delta_estimator));
  legend("slope", fmt::format("standard deviations of the outcome for one of the parameter, on a straight line (R² = "
                              "{:.2f}), and on ranks ({:.2f}): {}",
                              t.r_squared, t.rank_r_squared, t.regression_estimator));
  if (!t.interactions.empty()) {
    std::string pairs;
    for (size_t k = 0; k < std::min<size_t>(5, t.interactions.size()); ++k) {
      const auto& i = t.interactions[k];
      pairs += fmt::format("{}{} with {} {}", k ? "; " : "", names[i.a].name, names[i.b].name, share_text(i.second));
    }
    prose(fmt::format("Together beyond each alone (second order, interval above 0): {}.", pairs));
  }
  if (t.has_total && a_.sample->saltelli.value_or(false) && t.interactions.empty())
    prose("No two parameters do more together than each alone, beyond chance (second order: Saltelli 2002).");
  if (!t.has_total)
    prose("Shares 'in all' (Sobol's total indices) and of pairs need a study drawn with --design saltelli.");
  if (!rest.empty()) {
    std::string list;
    for (size_t k = 0; k < std::min<size_t>(8, rest.size()); ++k) list += (k ? ", " : "") + rest[k];
    if (rest.size() > 8) list += ", ...";
    prose(fmt::format("Not shown, {}: {}.", count > shown.size() ? "weaker" : "not told apart from chance", list));
  }
  if (s.correlation > 0.3)
    prose(
        fmt::format("Parameters are correlated (up to {:.2f}): shares of the variance no longer add up; read whole, "
                    "area and slope.",
                    s.correlation));
  if (t.left_out > 0) prose(fmt::format("{} left out: no solution there.", counted(t.left_out, "world")));
}

void AnalysisPage::discovery(const study::DiscoveryAnswer& d) {
  heading(question_text(a_, d));
  prose(fmt::format("So in {} ({} of {}; 95 % interval {} to {}){}.", percent(d.share.value), d.share.yes,
                    counted(d.share.of, "world"), percent(d.share.low), percent(d.share.high),
                    d.unknown ? fmt::format("; {} cannot be told", d.unknown) : std::string()));
  if (d.too_few) {
    prose(fmt::format("No rule is looked for: {}.",
                      d.parameters.columns.empty()
                          ? "nothing is uncertain"
                          : fmt::format("it takes {} worlds of either kind", study::least_worlds)));
    return;
  }
  std::vector<std::string> named;
  const auto note = [&](const lab::BoxCount& box) {
    const auto whole = lab::whole_box(d.parameters);
    for (size_t c = 0; c < box.box.size(); ++c)
      if (const auto& name = d.parameters.columns[c].name;
          box.box[c] != whole[c] && std::find(named.begin(), named.end(), name) == named.end())
        named.push_back(name);
  };
  if (d.boxes.empty()) {
    prose("No box of parameter ranges is much denser in such worlds than the rest: there is no simple rule (PRIM).");
  } else {
    double coverage = 0;
    for (const auto& b : d.boxes) coverage += b.box.coverage;
    if (!a_.brief)
      prose(fmt::format(
          "PRIM finds {} with {} of them:", d.boxes.size() == 1 ? "one rule" : counted(d.boxes.size(), "rule"),
          lab::percent_words(std::min(1.0, coverage))));
    const size_t most = a_.brief ? 1 : d.boxes.size();
    for (size_t b = 0; b < most; ++b) {
      const auto& box = d.boxes[b].box;
      note(box);
      out_ += wrapped(fmt::format("  {}. ", b + 1), rule_text(d, box) + ".", columns_, 5);
      if (!a_.brief)
        prose(fmt::format("density {}, coverage {}; {} in the box; {} restricted; weakest limit: quasi-p {}",
                          percent(box.density), percent(box.coverage), counted(box.rows, "world"),
                          counted(box.restricted, "parameter"),
                          weakest_limit(box) < 0.001 ? "under 0.001" : fmt::format("{:.3f}", weakest_limit(box))),
              5);
    }
  }
  if (a_.brief) {
    glossary(named);
    return;
  }
  if (d.leaves.empty()) {
    prose(
        fmt::format("A tree (CART, {}) finds no leaf that is much denser than the rest and beyond what chance would "
                    "show among {} in {}.",
                    d.all_leaves == 1 ? "1 leaf" : fmt::format("{} leaves", d.all_leaves),
                    counted(d.parameters.columns.size(), "parameter"), counted(d.share.of, "world")));
    glossary(named);
    return;
  }
  prose(fmt::format("A tree (CART; {} of at least 5 % of the worlds, three questions deep at most) says:",
                    d.all_leaves == 1 ? "1 leaf" : fmt::format("{} leaves", d.all_leaves)));
  for (size_t b = 0; b < std::min<size_t>(3, d.leaves.size()); ++b) {
    note(d.leaves[b]);
    out_ += wrapped("  -  ", fmt::format("{} ({}).", rule_text(d, d.leaves[b]), counted(d.leaves[b].rows, "world")),
                    columns_, 5);
  }
  glossary(named);
}

}  // namespace casus::report

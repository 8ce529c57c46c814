#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "report/alike.h"
#include "report/answer.h"
#include "report/branches.h"
#include "report/policy_words.h"
#include "report/text.h"

namespace casus::report {
namespace {

class AnswerText {
 public:
  AnswerText(const Answer& a, const Style& style)
      : a_(a), c_(*a.plan->source), columns_(std::clamp<size_t>(style.columns, 60, 160)), colour_(style.colour) {}

  std::string text() {
    header();
    if (a_.summary->worlds > 0) {
      policies();
      best();
      settings();
      claims();
    }
    if (a_.branches) out_ += branches_text(*a_.plan, *a_.branches, {.colour = colour_, .columns = columns_});
    story();
    certificate();
    footer();
    return out_;
  }

 private:
  std::string tint(const char* code, std::string_view text) const {
    return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }
  std::string bold(std::string_view text) const { return tint("1", text); }
  std::string dim(std::string_view text) const { return tint("2", text); }
  void line(std::string_view text) { out_ += std::string(text) + "\n"; }
  void prose(std::string_view text, size_t indent) {
    out_ += wrapped(std::string(indent, ' '), text, columns_, indent);
  }
  void heading(std::string_view text) { out_ += "\n" + bold(text) + "\n"; }

  const model::Policy& policy(size_t place) const { return c_.policies[a_.summary->policies[place].policy]; }
  std::string policy_label(size_t place) const {
    return policy(place).name + (study::is_counterfactual(policy(place)) ? "*" : "");
  }

  void header() {
    line(bold(c_.title.empty() ? a_.case_file : c_.title));
    if (!c_.words.text.empty()) prose(c_.words.text, 0);
    line(dim(
        fmt::format("{} · {} · {} · seed {} · {:.1f} s on {}", horizon_text(c_), counted(a_.summary->worlds, "world"),
                    a_.plan->policies.size() == 1 ? "1 policy" : fmt::format("{} policies", a_.plan->policies.size()),
                    a_.plan->options.seed, a_.seconds, counted(a_.threads, "thread"))));
    if (a_.plan->options.until > 0 && !a_.stopped) {
      const auto width = fmt::format("{:.3g} points", 100 * a_.plan->options.until);
      prose(
          a_.precise
              ? fmt::format("Worlds were added until every claim's 95 % interval was at most {} to either side.", width)
              : fmt::format("Some claim's 95 % interval is wider than {} to either side with all the worlds allowed; "
                            "allow more with --worlds.",
                            width),
          0);
    }
    if (a_.stopped)
      prose(fmt::format("Stopped early: {} of {} worlds. What follows speaks of these worlds only.", a_.summary->worlds,
                        a_.plan->worlds),
            0);
  }

  void policies() {
    const auto& all = a_.summary->policies;
    size_t label = 6;
    for (size_t p = 0; p < all.size(); ++p) label = std::max(label, width(policy_label(p)));
    label = std::min<size_t>(label, 32);
    std::vector<uint32_t> single, by_round;
    for (uint32_t m = 0; m < c_.asked().size(); ++m) {
      if (said_of_another(a_.plan->policies.front().game, m)) continue;
      (c_.measures[m].kind == model::MeasureKind::in_round ? by_round : single).push_back(m);
    }
    if (!single.empty()) heading("What to expect: mean over the worlds (range of 90 % of them)");
    for (size_t from = 0; from < single.size();) from = measure_block(single, from, label);
    for (uint32_t m : by_round) round_block(m, label);
    if (std::any_of(all.begin(), all.end(),
                    [&](const auto& p) { return study::is_counterfactual(c_.policies[p.policy]); }))
      line(dim("* another world, not another choice: not ranked"));
    if (std::any_of(all.begin(), all.end(), [](const auto& p) { return study::lacks_values(p); }))
      line(dim("† in the worlds where what is given ever happens; - where it never does"));
    bool told = false;
    for (uint32_t k = 0; k < c_.asked().size(); ++k) {
      const auto& m = c_.measures[k];
      if (m.words.text.empty() || said_of_another(a_.plan->policies.front().game, k)) continue;
      if (!told) out_ += "\n";
      told = true;
      out_ += wrapped(pad_right(m.name, 14) + "  ", m.words.text, columns_, 16);
    }
    for (const auto& p : all) {
      if (p.failed == 0) continue;
      prose(fmt::format("{}: {} world{} could not be solved, for example", c_.policies[p.policy].name, p.failed,
                        p.failed == 1 ? "" : "s"),
            0);
      for (const auto& e : p.first_errors) prose(e, 2);
    }
  }

  // As many measures side by side as fit; returns the first that did not.
  size_t measure_block(const std::vector<uint32_t>& measures, size_t from, size_t label) {
    const auto& all = a_.summary->policies;
    std::vector<std::vector<std::string>> cells;
    std::vector<size_t> widths;
    size_t used = label, to = from;
    for (; to < measures.size(); ++to) {
      const auto& m = c_.measures[measures[to]];
      std::vector<std::string> column{m.name};
      for (const auto& p : all) {
        const auto& s = p.measures[measures[to]].rounds[0];
        column.push_back(s.without == 0       ? range_text(m.probability, s.mean, s.low, s.high)
                         : std::isnan(s.mean) ? told_text(m.probability, s.mean)
                                              : range_text(m.probability, s.mean, s.low, s.high) + "†");
      }
      size_t w = 0;
      for (const auto& cell : column) w = std::max(w, width(cell));
      if (to > from && used + 2 + w > columns_) break;
      used += 2 + w;
      widths.push_back(w);
      cells.push_back(std::move(column));
    }
    for (size_t row = 0; row <= all.size(); ++row) {
      std::string text = row == 0 ? std::string(label, ' ') : pad_right(fitted(policy_label(row - 1), label), label);
      for (size_t k = 0; k < cells.size(); ++k) text += "  " + pad_left(cells[k][row], widths[k]);
      line(row == 0 ? dim(text) : text);
    }
    if (to < measures.size()) out_ += "\n";
    return to;
  }

  void round_block(uint32_t m, size_t label) {
    const auto& measure = c_.measures[m];
    out_ += "\n";
    const size_t rounds = a_.plan->layout.rounds[m];
    const size_t w = std::clamp<size_t>((columns_ - label) / std::max<size_t>(1, rounds), 8, 10);
    const size_t fit = std::max<size_t>(1, (columns_ - label) / w);
    line(fmt::format("{} {}", measure.name,
                     dim(fmt::format("by {}, mean", c_.round_label.empty() ? "round" : c_.round_label))));
    for (size_t from = 0; from < rounds; from += fit) {
      std::string head(label, ' ');
      for (size_t r = from; r < std::min(rounds, from + fit); ++r) head += pad_left(fmt::format("{}", r + 1), w);
      line(dim(head));
      for (size_t p = 0; p < a_.summary->policies.size(); ++p) {
        std::string text = pad_right(fitted(policy_label(p), label), label);
        for (size_t r = from; r < std::min(rounds, from + fit); ++r) {
          const auto& s = a_.summary->policies[p].measures[m].rounds[r];
          text +=
              pad_left(value_text(measure.probability, s.mean) + (s.without > 0 && !std::isnan(s.mean) ? "†" : ""), w);
        }
        line(text);
      }
    }
  }

  void best() {
    heading("Which policy is best");
    prose(objective_sentence(a_), 0);
    if (!a_.summary->objective || a_.summary->ranked == 0) return;
    const auto& m = c_.measures[a_.summary->objective->measure];
    std::vector<const study::PolicySummary*> order;
    for (const auto& p : a_.summary->policies)
      if (p.compared) order.push_back(&p);
    std::stable_sort(order.begin(), order.end(), [](auto* x, auto* y) { return x->best_share > y->best_share; });
    size_t label = 6;
    for (const auto* p : order) label = std::max(label, width(c_.policies[p->policy].name));
    label = std::min<size_t>(label, 32);
    line(dim(fmt::format("{}  {:>10}  {:>12}  {:>13}  {:>12}", std::string(label, ' '), "best in", "mean regret",
                         "worst regret", "worst value")));
    for (const auto* p : order)
      line(fmt::format("{}  {}  {}  {}  {}", pad_right(fitted(c_.policies[p->policy].name, label), label),
                       pad_left(percent(p->best_share), 10), pad_left(value_text(m.probability, p->mean_regret), 12),
                       pad_left(value_text(m.probability, p->worst_regret), 13),
                       pad_left(value_text(m.probability, p->worst_value), 12)));
    prose("Regret is the distance to the best policy of the same world.", 0);
    if (a_.summary->lead_unsure > 0)
      prose(
          fmt::format("In {} of the worlds the best leads the next by less than the grid's accuracy.",
                      percent(static_cast<double>(a_.summary->lead_unsure) / static_cast<double>(a_.summary->ranked))),
          0);
  }

  // By each criterion the best of all policies and settings, and whether it stands at the end of a lever's range.
  void settings() {
    const auto& s = *a_.summary;
    if (a_.plan->options.levers.empty() || !s.objective || s.ranked == 0) return;
    const auto& m = c_.measures[s.objective->measure];
    const double sign = s.objective->minimise ? 1 : -1;
    const auto mean = [&](const study::PolicySummary& p) { return p.measures[s.objective->measure].rounds[0].mean; };
    using Score = std::function<double(const study::PolicySummary&)>;
    struct Row {
      const char* name;
      Score value;
      double sign;
    };
    const std::vector<Row> rows{
        {"on average", mean, sign},
        {"in the worst world", [](const auto& p) { return p.worst_value; }, sign},
        {"by mean regret", [](const auto& p) { return p.mean_regret; }, 1},
        {"by largest regret", [](const auto& p) { return p.worst_regret; }, 1},
    };
    heading("The best setting of the levers");
    size_t label = 0, names = 0;
    std::vector<const study::PolicySummary*> best;
    for (const auto& row : rows) {
      const study::PolicySummary* top = nullptr;
      for (const auto& p : s.policies)
        if (p.compared && (!top || row.sign * row.value(p) < row.sign * row.value(*top))) top = &p;
      best.push_back(top);
      label = std::max(label, width(row.name));
      names = std::max(names, width(c_.policies[top->policy].name));
    }
    for (size_t k = 0; k < rows.size(); ++k)
      line(fmt::format("  {}  {}  {}", pad_right(rows[k].name, label),
                       pad_right(c_.policies[best[k]->policy].name, names),
                       value_text(m.probability, rows[k].value(*best[k]))));
    if (const auto ends = range_ends(a_, c_.policies[best[0]->policy]); !ends.empty())
      prose(
          fmt::format("On average the best stands at the end of the range of {}: a wider range may hold a better one.",
                      fmt::join(ends, ", ")),
          0);
    prose("Every criterion, and what it would be worth to know first: casus analyse STUDY --decide.", 0);
  }

  void claims() {
    if (a_.summary->claims.empty()) return;
    heading("Claims put to the test");
    for (const auto& s : a_.summary->claims) {
      const auto& claim = c_.claims[s.claim];
      const auto word = study::verdict_word(s);
      const char* code = word == "holds" ? "1;32" : word == "fails" ? "1;31" : "1;33";
      std::string text = fmt::format("{}{}", claim_text(claim),
                                     claim.words.source.empty() ? "" : fmt::format(" [{}]", claim.words.source));
      std::string block = wrapped(pad_right(word, 9), text, columns_, 9);
      out_ += tint(code, block.substr(0, word.size())) + block.substr(word.size());
      prose(capitalised(share_sentence(s)) + ".", 9);
      const auto separations = separation_sentences(a_, s);
      if (!separations.empty()) prose(fmt::format("Fails more often with {}.", fmt::join(separations, "; ")), 9);
      const auto rules = rule_sentences(a_, s);
      for (const auto& rule : rules) prose("Rule: " + rule + ".", 9);
      if (word == "depends" && rules.empty() && separations.empty() && !a_.summary->parameters.columns.empty())
        prose(fmt::format("No parameter and no rule beyond chance tells where, among {} in {}.",
                          counted(a_.summary->parameters.columns.size(), "parameter"), counted(s.worlds, "world")),
              9);
    }
    if (a_.summary->claims.size() < c_.claims.size())
      line(dim(fmt::format("{} more claims speak of policies that were left out.",
                           c_.claims.size() - a_.summary->claims.size())));
  }

  void story() {
    if (!a_.median) return;
    heading("The likeliest course of events, with every parameter at its median");
    const auto all = stories(a_);
    for (size_t p = 0; p < all.size(); ++p) {
      // Of a lever's settings only those are told that change the events.
      if (policy(p).by_lever && a_.median->policies[p].result.ok() && same_story(a_, all, p) != p) continue;
      const auto& words = policy(p).words.text;
      line(fmt::format(
          "{}{}", bold(policy(p).name),
          words.empty()
              ? ""
              : fmt::format(" · {}", fitted(words, columns_ > 40 ? columns_ - 3 - width(policy(p).name) : 40))));
      for (const auto& sentence : bound_types(c_, policy(p))) prose(sentence + ".", 2);
      if (!a_.median->policies[p].result.ok()) {
        prose(a_.median->policies[p].result.error, 2);
        continue;
      }
      if (const size_t twin = same_story(a_, all, p); twin != p) {
        prose(fmt::format("The same events as under {} (this course: {}).", policy(twin).name,
                          percent(all[p].probability)),
              2);
        continue;
      }
      for (const auto& r : all[p].rounds) out_ += wrapped("  ", paragraph(c_, r, false), columns_, 4);
      prose(fmt::format("(this course: {})", percent(all[p].probability)), 2);
    }
  }

  void certificate() {
    heading("How good the numbers are");
    for (const auto& s : certificate_sentences(a_)) prose(s, 0);
  }

  void footer() {
    heading("To see more");
    prose("again: " + a_.command, 0);
    if (!a_.store.empty()) prose(fmt::format("study: {} (SQLite; every world, measure and claim)", a_.store), 0);
  }

  const Answer& a_;
  const model::Case& c_;
  size_t columns_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string terminal_text(const Answer& a, const Style& style) {
  return AnswerText(a, style).text();
}

}  // namespace casus::report

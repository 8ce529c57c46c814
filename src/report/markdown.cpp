#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/answer.h"
#include "report/branches.h"
#include "report/policy_words.h"
#include "report/text.h"

namespace casus::report {
namespace {

// Text that must not be read as markup or end a table cell.
std::string escaped(std::string_view text) {
  std::string out;
  for (char ch : text) {
    if (ch == '|' || ch == '*' || ch == '_' || ch == '`' || ch == '<' || ch == '[' || ch == ']' || ch == '\\')
      out += '\\';
    out += ch == '\n' ? ' ' : ch;
  }
  return out;
}

void row(std::string& out, const std::vector<std::string>& cells) {
  out += "|";
  for (const auto& cell : cells) out += " " + cell + " |";
  out += "\n";
}

void rule(std::string& out, size_t columns) {
  out += "|---|";
  for (size_t k = 1; k < columns; ++k) out += "---:|";
  out += "\n";
}

void measures(std::string& out, const Answer& a) {
  const auto& c = *a.plan->source;
  std::vector<uint32_t> single;
  std::vector<std::string> head{"policy"};
  for (uint32_t m = 0; m < c.asked().size(); ++m) {
    if (c.measures[m].kind == model::MeasureKind::in_round) continue;
    single.push_back(m);
    head.push_back(escaped(c.measures[m].name));
  }
  if (!single.empty()) {
    out += "\n## What to expect\n\nMean over the worlds, and the range of 90 % of them.\n\n";
    row(out, head);
    rule(out, head.size());
    for (const auto& p : a.summary->policies) {
      const auto& policy = c.policies[p.policy];
      std::vector<std::string> cells{escaped(policy.name) + (study::is_counterfactual(policy) ? "\\*" : "")};
      for (uint32_t m : single) {
        const auto& s = p.measures[m].rounds[0];
        cells.push_back(s.without > 0 && std::isnan(s.mean)
                            ? told_text(c.measures[m].probability, s.mean)
                            : range_text(c.measures[m].probability, s.mean, s.low, s.high) +
                                  (s.without > 0 && !std::isnan(s.mean) ? "†" : ""));
      }
      row(out, cells);
    }
  }
  for (uint32_t m = 0; m < c.asked().size(); ++m) {
    if (c.measures[m].kind != model::MeasureKind::in_round) continue;
    out += fmt::format("\n### {} by {}\n\n", escaped(description(c.measures[m].name, c.measures[m].words)),
                       c.round_label.empty() ? "round" : c.round_label);
    std::vector<std::string> numbers{"policy"};
    for (uint32_t r = 0; r < a.plan->layout.rounds[m]; ++r) numbers.push_back(fmt::format("{}", r + 1));
    row(out, numbers);
    rule(out, numbers.size());
    for (const auto& p : a.summary->policies) {
      std::vector<std::string> cells{escaped(c.policies[p.policy].name)};
      for (const auto& s : p.measures[m].rounds)
        cells.push_back(value_text(c.measures[m].probability, s.mean) +
                        (s.without > 0 && !std::isnan(s.mean) ? "†" : ""));
      row(out, cells);
    }
  }
  out += "\n";
  if (std::any_of(a.summary->policies.begin(), a.summary->policies.end(),
                  [](const auto& p) { return study::lacks_values(p); }))
    out += "† in the worlds where what is given ever happens; - where it never does.\n\n";
  for (const auto& m : c.asked())
    if (!m.words.text.empty()) out += fmt::format("- **{}**: {}\n", escaped(m.name), escaped(m.words.text));
  for (const auto& p : a.summary->policies) {
    const auto& policy = c.policies[p.policy];
    if (!policy.words.text.empty())
      out += fmt::format("- **{}**: {}\n", escaped(policy.name), escaped(policy.words.text));
    for (const auto& sentence : bound_types(c, policy))
      out += fmt::format("- under **{}** {}\n", escaped(policy.name), escaped(sentence));
    if (p.failed > 0)
      out += fmt::format("- under **{}** {} worlds could not be solved, for example {}\n", escaped(policy.name),
                         p.failed, escaped(p.first_errors.front()));
  }
  for (const auto& p : a.summary->policies)
    if (study::is_counterfactual(c.policies[p.policy])) {
      out += "\n\\* Another world, not another choice: not ranked.\n";
      break;
    }
}

void best(std::string& out, const Answer& a) {
  out += "\n## Which policy is best\n\n" + escaped(objective_sentence(a)) + "\n";
  if (!a.summary->objective || a.summary->ranked == 0) return;
  const bool probability = a.plan->source->measures[a.summary->objective->measure].probability;
  out += "\n";
  row(out, {"policy", "best in", "mean regret", "worst regret", "worst value"});
  rule(out, 5);
  for (const auto& p : a.summary->policies)
    if (p.compared)
      row(out, {escaped(a.plan->source->policies[p.policy].name), percent(p.best_share),
                value_text(probability, p.mean_regret), value_text(probability, p.worst_regret),
                value_text(probability, p.worst_value)});
  out += "\nRegret is the distance to the best policy of the same world.\n";
}

void claims(std::string& out, const Answer& a) {
  if (a.summary->claims.empty()) return;
  out += "\n## Claims put to the test\n";
  for (const auto& s : a.summary->claims) {
    const auto& claim = a.plan->source->claims[s.claim];
    out += fmt::format("\n- **{}**: {}{}\n", study::verdict_word(s), escaped(claim_text(claim)),
                       claim.words.source.empty() ? "" : fmt::format(" ({})", escaped(claim.words.source)));
    out += fmt::format("  - {}\n", capitalised(share_sentence(s)));
    if (const auto sentences = separation_sentences(a, s); !sentences.empty())
      out += fmt::format("  - Fails more often with {}\n", escaped(fmt::format("{}", fmt::join(sentences, "; "))));
    for (const auto& r : rule_sentences(a, s)) out += fmt::format("  - Rule: {}\n", escaped(r));
  }
}

void story(std::string& out, const Answer& a) {
  if (!a.median) return;
  out += "\n## The likeliest course of events\n\nWith every uncertain parameter at its median.\n";
  const auto& c = *a.plan->source;
  const auto all = stories(a);
  for (size_t p = 0; p < all.size(); ++p) {
    const auto& policy = c.policies[a.plan->policies[p].policy];
    if (policy.by_lever && a.median->policies[p].result.ok() && same_story(a, all, p) != p) continue;
    out += fmt::format("\n### {}\n\n", escaped(description(policy.name, policy.words)));
    if (!a.median->policies[p].result.ok()) {
      out += escaped(a.median->policies[p].result.error) + "\n";
      continue;
    }
    if (const size_t twin = same_story(a, all, p); twin != p) {
      out += fmt::format("The same events as under {}.\n", escaped(c.policies[a.plan->policies[twin].policy].name));
      continue;
    }
    for (const auto& r : all[p].rounds) out += "- " + escaped(paragraph(c, r, false)) + "\n";
    out += fmt::format("\nThis course of events has probability {}.\n", percent(all[p].probability));
  }
}

}  // namespace

std::string markdown_text(const Answer& a) {
  const auto& c = *a.plan->source;
  std::string out = fmt::format("# {}\n\n", escaped(c.title.empty() ? a.case_file : c.title));
  if (!c.words.text.empty()) out += escaped(c.words.text) + "\n\n";
  out += fmt::format("{} worlds, {} policies, seed {}.\n", a.summary->worlds, a.plan->policies.size(),
                     a.plan->options.seed);
  if (a.stopped)
    out += fmt::format("\n**Stopped early**: {} of {} worlds. What follows speaks of these only.\n", a.summary->worlds,
                       a.plan->worlds);
  if (a.summary->worlds > 0) {
    measures(out, a);
    best(out, a);
    claims(out, a);
  }
  if (a.branches) {  // its tables line up as they are
    const std::string text = branches_text(*a.plan, *a.branches, {}), heading = "\nSeveral equilibria\n";
    out += "\n## Several equilibria\n\n```\n" + text.substr(heading.size()) + "```\n";
  }
  story(out, a);
  out += "\n## How good the numbers are\n\n";
  for (const auto& s : certificate_sentences(a)) out += "- " + escaped(s) + "\n";
  out += fmt::format("\nMade with Casus {}: `{}`\n", a.version, a.command);
  return out;
}

}  // namespace casus::report

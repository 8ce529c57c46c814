// The answer of a run: everything that the terminal, the memo and the JSON say, in one place.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "report/narrative.h"
#include "study/branches.h"
#include "study/median.h"
#include "study/node_change.h"
#include "study/summary.h"

namespace casus::report {

struct Answer {
  const study::Plan* plan = nullptr;
  const study::Summary* summary = nullptr;
  const study::Median* median = nullptr;
  std::string case_file;
  std::string version;
  std::string store;    // path of the study's file; empty if it was not kept
  std::string command;  // that gives these numbers again
  double seconds = 0;
  unsigned threads = 1;
  bool stopped = false;                           // before every world was solved
  const study::BranchAnswer* branches = nullptr;  // if other equilibria were looked for
  bool precise = false;                           // the plan's `until` was reached
  const study::NodeChange* nodes = nullptr;       // of the median world, if there are continuous types
};

struct Style {
  bool colour = false;
  size_t columns = 80;
};

// As a reader sees it on a terminal: UTF-8, at most Style::columns wide.
std::string terminal_text(const Answer& a, const Style& style);
// A memo in Markdown.
std::string markdown_text(const Answer& a);
// One JSON object: everything the terminal answer holds, under the names of the structures here.
std::string json_text(const Answer& a);

// Sentences that every form of the answer shares.
// "Best means: the lowest 'lost' (the first measure of the case; a probability is minimised unless said otherwise)".
std::string objective_sentence(const Answer& a);
// What the certificate says of all policies together, one sentence each.
std::vector<std::string> certificate_sentences(const Answer& a);
// The levers that a policy sets to an end of their range.
std::vector<std::string> range_ends(const Answer& a, const model::Policy& policy);
// A claim's words: its text, else its name.
std::string claim_text(const model::Claim& c);
// "holds in 83 % of the worlds (95 % interval 77-88 %)".
std::string share_sentence(const study::ClaimSummary& c);
// "Fails more where lives[limited] is low (below 0.31) ...": one sentence a parameter.
std::vector<std::string> separation_sentences(const Answer& a, const study::ClaimSummary& c);
std::vector<std::string> rule_sentences(const Answer& a, const study::ClaimSummary& c);
// The median world's story of each policy, by place; empty for one without a solution.
std::vector<Story> stories(const Answer& a);
// The place of an earlier policy that tells the same story, or the policy's own place.
size_t same_story(const Answer& a, const std::vector<Story>& all, size_t place);

}  // namespace casus::report

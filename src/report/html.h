// The report as one web page: in, an answer and its store; out, a self-contained HTML file that needs no network.
#pragma once
#include <string>

#include "base/result.h"
#include "base/source.h"
#include "report/answer.h"
#include "study/store.h"

namespace casus::report {

struct PageOptions {
  uint32_t courses = 400;         // drawn of each policy's median world, for beliefs over time and the game's picture
  size_t most_numbers = 150'000;  // of single worlds; of more only the first worlds are in the page
};

// Everything that the page shows, as one JSON object: that of json_text, and beside it the actors, parameters, stages,
// sources, the numbers of single worlds, sampled courses and what the objective hangs on. `a.median` must be there, its
// worlds kept.
base::Result<std::string> page_data(const Answer& a, const study::Store& store, const base::SourceSet& sources,
                                    const PageOptions& options = {});

// The template with the data put in its place. Fails if the template has no place for it.
base::Result<std::string> html_page(const std::string& page_template, const std::string& data);

}  // namespace casus::report

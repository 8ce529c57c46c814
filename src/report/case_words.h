// What a case says in its own words, for pages: in, a case and its sources; out, JSON lists of its parts.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "base/source.h"
#include "model/case_model.h"

namespace casus::report {

class CaseWords {
 public:
  using Json = nlohmann::ordered_json;

  // Refers to both.
  CaseWords(const model::Case& c, const base::SourceSet& sources) : c_(c), sources_(sources) {}

  // name, description, source.
  static Json worded(const std::string& name, const model::Words& words);
  // Every actor with its types and the text of what it is paid; what their numbers are depends on the world.
  Json actors() const;
  // One parameter, with the name of its distribution ("fixed" if it has none).
  Json param(uint32_t number) const;
  // The texts of the states, by name.
  Json states() const;
  // Every stage with its decisions or outcomes and their options.
  Json stages() const;
  // A claim in full: its sentence, its condition and the measures under policies that it speaks of; not its name.
  Json claim(uint32_t number) const;

 private:
  Json options(const std::vector<model::Option>& list) const;

  const model::Case& c_;
  const base::SourceSet& sources_;
};

}  // namespace casus::report

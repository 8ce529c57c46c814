// What the files of the C interface share: in, C's texts, lists and handles; out, the library's values.
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "casus/c.h"
#include "casus/project.h"

struct casus_project {
  casus::Project project;
  std::string text, diagnostics, json;
};

struct casus_stop {
  std::atomic<bool> set{false};
};

namespace casus::detail {

// What the function makes, or `otherwise` where it throws.
template <class Result, class Make>
Result guarded(Result otherwise, Make&& make) noexcept {
  try {
    return make();
  } catch (...) {
    return otherwise;
  }
}

inline std::string text(const char* from) {
  return from ? from : "";
}

inline std::vector<std::string> list(const char* const* from) {
  std::vector<std::string> out;
  for (; from && *from; ++from) out.emplace_back(*from);
  return out;
}

inline Method method_of(double accuracy, unsigned points, int64_t exact_up_to, unsigned threads) {
  Method out;
  if (accuracy > 0) out.accuracy = accuracy;
  if (points > 0) out.points = points;
  if (exact_up_to >= 0) out.exact_up_to = static_cast<size_t>(exact_up_to);
#ifdef __EMSCRIPTEN__
  threads = 1;  // there are no others, and its library waits for ever for what could not be begun
#endif
  out.threads = threads > 0 ? threads : 1;
  return out;
}

inline Stop flag(const casus_stop* stop) {
  return stop ? &stop->set : nullptr;
}

}  // namespace casus::detail

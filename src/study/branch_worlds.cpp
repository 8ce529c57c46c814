#include "study/branch_worlds.h"

#include <algorithm>

namespace casus::study {

base::Result<std::vector<int64_t>> worlds_to_search(const Store& store, uint64_t most, uint64_t& folding) {
  std::vector<int64_t> folded, rest;
  bool folds = false;
  int64_t last = -1;
  const auto close = [&] {
    if (last >= 0) (folds ? folded : rest).push_back(last);
    folds = false;
  };
  const auto read = store.each_result([&](int64_t world, uint32_t, const PolicyResult& r) {
    if (world != last) close();
    last = world;
    folds |= r.ok() && (r.certificate.folds > 0 || r.certificate.unstable > 0);
  });
  if (!read) return base::Error{read.error()};
  close();
  std::vector<int64_t> out(folded.begin(),
                           folded.begin() + static_cast<std::ptrdiff_t>(std::min<uint64_t>(most, folded.size())));
  folding = out.size();
  const uint64_t others = std::min<uint64_t>(most - out.size(), rest.size());
  for (uint64_t k = 0; k < others; ++k) out.push_back(rest[k * rest.size() / others]);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace casus::study

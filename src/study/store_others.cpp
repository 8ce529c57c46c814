// Other equilibria in a study's file.
#include <fmt/format.h>

#include "study/packed.h"
#include "study/schema.h"
#include "study/store_state.h"

namespace casus::study {

OthersWriter::OthersWriter(const Database& d)
    : looked_(d, "INSERT INTO looked VALUES (?, ?, ?, ?, ?)"),
      other_(d, "INSERT INTO others VALUES (?, ?, ?, ?, ?, ?)"),
      turned_(d, "INSERT INTO turned VALUES (?, ?)") {}

void OthersWriter::add(int64_t world, int64_t policy, const PolicyResult& r) {
  if (!r.looked) return;
  looked_.bind(0, world).bind(1, policy).bind(2, int64_t{r.starts});
  looked_.bind(3, static_cast<int64_t>(r.decisions.searched)).bind(4, static_cast<int64_t>(r.decisions.several)).run();
  for (size_t k = 0; k < r.others.size(); ++k) {
    const std::string values = pack(r.others[k].values), payoffs = pack(r.others[k].payoffs);
    other_.bind(0, world).bind(1, policy).bind(2, static_cast<int64_t>(k)).bind(3, values);
    other_.bind(4, payoffs).bind(5, r.others[k].certificate.residual).run();
  }
}

void OthersWriter::add_turned(int64_t world, int64_t claim) {
  turned_.bind(0, world).bind(1, claim).run();
}

base::Result<bool> Store::each_looked(const Visit& visit) const {
  try {
    const auto& d = state_->database;
    if (!keeps_others(d)) return true;
    Statement others(d, "SELECT value, payoff, residual FROM others WHERE world = ? AND policy = ? ORDER BY number");
    for (Statement s(d, fmt::format("SELECT world, policy, {}, starts, decisions, several "
                                    "FROM results JOIN looked USING (world, policy) ORDER BY world, policy",
                                    result_columns(d)));
         s.step();) {
      PolicyResult r = row_of(s, state_->widths);
      r.looked = true;
      r.starts = static_cast<uint32_t>(s.integer(2 + result_count));
      r.decisions.searched = static_cast<uint64_t>(s.integer(3 + result_count));
      r.decisions.several = static_cast<uint64_t>(s.integer(4 + result_count));
      others.bind(0, s.integer(0)).bind(1, s.integer(1));
      while (others.step()) {
        PolicyResult& x = r.others.emplace_back();
        x.profile_prior = r.profile_prior;
        x.values = unpack(others.text(0));
        x.change.assign(x.values.size(), 0);
        x.payoffs = unpack(others.text(1));
        want(x.values.size() == r.values.size() && x.payoffs.size() == r.payoffs.size(),
             "another equilibrium has too few numbers, or too many");
        x.certificate.residual = others.real(2);
      }
      others.reset();
      visit(s.integer(0), place_of(state_->policies, s.integer(1)), r);
    }
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "read", e);
  }
}

base::Result<bool> Store::each_turned(const std::function<void(int64_t, uint32_t)>& visit) const {
  try {
    if (!keeps_others(state_->database)) return true;
    for (Statement s(state_->database, "SELECT world, claim FROM turned ORDER BY world, claim"); s.step();)
      visit(s.integer(0), place_of(state_->claims, s.integer(1)));
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "read", e);
  }
}

}  // namespace casus::study

#include <fmt/format.h>
#include <netcdf.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "report/export.h"

namespace casus::report {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr size_t slab = 512;  // worlds written at once, and in a chunk of the file

void check(int result) {
  if (result != NC_NOERR) throw std::runtime_error(nc_strerror(result));
}

class File {
 public:
  explicit File(const std::string& path) { check(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &id_)); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  // Closed or aborted after a failed write, the library (4.9.0) reads what it has freed. So nothing is closed that
  // could not be written, which costs a handle.
  void close() {
    check(nc_sync(id_));
    check(nc_close(id_));
  }
  int dimension(const char* name, size_t size) {
    int out = 0;
    check(nc_def_dim(id_, name, size, &out));
    return out;
  }
  // Compressed, in chunks of whole slabs of worlds.
  int numbers(const char* name, nc_type type, const std::vector<int>& dimensions, const char* meaning) {
    int out = define(name, type, dimensions, meaning);
    std::vector<size_t> chunk;
    for (int d : dimensions) {
      size_t size = 0;
      check(nc_inq_dimlen(id_, d, &size));
      chunk.push_back(std::min(size, slab));
    }
    check(nc_def_var_chunking(id_, out, NC_CHUNKED, chunk.data()));
    check(nc_def_var_deflate(id_, out, 1, 1, 1));
    if (type == NC_DOUBLE) check(nc_def_var_fill(id_, out, NC_FILL, &nan));
    return out;
  }
  int define(const char* name, nc_type type, const std::vector<int>& dimensions, const char* meaning) {
    int out = 0;
    check(nc_def_var(id_, name, type, static_cast<int>(dimensions.size()), dimensions.data(), &out));
    text(out, "long_name", meaning);
    return out;
  }
  void text(int variable, const char* name, const std::string& value) {
    check(nc_put_att_text(id_, variable, name, value.size(), value.c_str()));
  }
  // The names along a dimension, with what they mean beside them.
  void labels(const char* name, int dimension, const std::vector<std::string>& values,
              const std::vector<std::string>& meanings) {
    strings(define(name, NC_STRING, {dimension}, "names"), values);
    if (!meanings.empty())
      strings(define((std::string(name) + "_description").c_str(), NC_STRING, {dimension}, "what they are"), meanings);
  }
  void put(int variable, const std::vector<size_t>& start, const std::vector<size_t>& count, const double* values) {
    check(nc_put_vara_double(id_, variable, start.data(), count.data(), values));
  }
  void put(int variable, size_t start, size_t count, const long long* values) {
    check(nc_put_vara_longlong(id_, variable, &start, &count, values));
  }

 private:
  void strings(int variable, const std::vector<std::string>& values) {
    for (size_t k = 0; k < values.size(); ++k) {
      const char* text = values[k].c_str();
      check(nc_put_var1_string(id_, variable, &k, &text));
    }
  }
  int id_ = 0;
};

template <class T>
std::vector<std::string> names_of(const std::vector<T>& list) {
  std::vector<std::string> out;
  out.reserve(list.size());
  for (const auto& x : list) out.push_back(x.name);
  return out;
}

template <class T>
std::vector<std::string> meanings_of(const std::vector<T>& list) {
  std::vector<std::string> out;
  out.reserve(list.size());
  for (const auto& x : list) out.push_back(x.description);
  return out;
}

// Numbers of [world][a][b] collected until a slab is full.
class Slab {
 public:
  Slab(File& file, int variable, std::vector<size_t> shape)
      : file_(file), variable_(variable), shape_(std::move(shape)) {
    for (size_t n : shape_) width_ *= n;
    values_.assign(slab * width_, nan);
  }
  // The numbers of a world, by its row.
  double* row(size_t at) {
    while (at >= first_ + slab) flush();
    rows_ = std::max(rows_, at - first_ + 1);
    return values_.data() + (at - first_) * width_;
  }
  void flush() {
    if (rows_ == 0 || width_ == 0) return;
    std::vector<size_t> start{first_}, count{rows_};
    for (size_t n : shape_) {
      start.push_back(0);
      count.push_back(n);
    }
    file_.put(variable_, start, count, values_.data());
    std::fill(values_.begin(), values_.end(), nan);
    first_ += slab;
    rows_ = 0;
  }

 private:
  File& file_;
  int variable_;
  std::vector<size_t> shape_;
  size_t width_ = 1, first_ = 0, rows_ = 0;
  std::vector<double> values_;
};

void write(const study::Archive& archive, File& file) {
  const auto& names = archive.names;
  std::vector<uint32_t> single, by_round;
  uint32_t rounds = 1;
  for (uint32_t m = 0; m < names.measures.size(); ++m) {
    (names.measures[m].rounds > 1 ? by_round : single).push_back(m);
    rounds = std::max(rounds, names.measures[m].rounds);
  }
  const auto some = [&](const std::vector<uint32_t>& which) {
    std::vector<study::StoredMeasure> out;
    out.reserve(which.size());
    for (uint32_t m : which) out.push_back(names.measures[m]);
    return out;
  };
  file.text(NC_GLOBAL, "title", names.title);
  file.text(NC_GLOBAL, "source", fmt::format("casus {}", names.version));
  file.text(NC_GLOBAL, "design", fmt::format("{}, seed {}", names.design, names.seed));

  const size_t count = archive.store.worlds();
  const int world = file.dimension("world", count), param = file.dimension("param", names.params.size()),
            policy = file.dimension("policy", names.policies.size());
  file.labels("param", param, names_of(names.params), meanings_of(names.params));
  file.labels("policy", policy, names_of(names.policies), meanings_of(names.policies));
  const int world_number = file.numbers("world", NC_INT64, {world}, "number in the design");
  Slab params(file, file.numbers("parameters", NC_DOUBLE, {world, param}, "value of each parameter"),
              {names.params.size()});
  std::vector<Slab> measures;
  const auto add_measures = [&](const char* dimension, const char* variable, const std::vector<uint32_t>& which,
                                bool has_rounds) {
    const auto list = some(which);
    const int measure = file.dimension(dimension, list.size());
    file.labels(dimension, measure, names_of(list), meanings_of(list));
    std::vector<int> dimensions{world, policy, measure};
    std::vector<size_t> shape{names.policies.size(), list.size()};
    if (has_rounds) {
      dimensions.push_back(file.dimension("round", rounds));
      shape.push_back(rounds);
    }
    measures.emplace_back(
        file,
        file.numbers(variable, NC_DOUBLE, dimensions, "expected value over the types; NaN where there is no solution"),
        shape);
  };
  if (!single.empty()) add_measures("measure", "measures", single, false);
  if (!by_round.empty()) add_measures("round_measure", "measures_by_round", by_round, true);

  const auto by_policy = [&](const char* variable, const char* meaning) {
    return Slab(file, file.numbers(variable, NC_DOUBLE, {world, policy}, meaning), {names.policies.size()});
  };
  Slab residual = by_policy("residual", "largest error of any fixed point, in units of payoff");
  Slab change = by_policy("grid_change", "largest change of any measure when the belief grid was refined");

  size_t row = 0;
  const auto good = [](const base::Result<bool>& r) {
    if (!r) throw std::runtime_error(r.error());
  };
  std::vector<long long> waiting;
  const auto write_numbers = [&] {
    if (!waiting.empty()) file.put(world_number, row - waiting.size(), waiting.size(), waiting.data());
    waiting.clear();
  };
  good(archive.store.each_world([&](int64_t number, const std::vector<double>& values) {
    std::copy(values.begin(), values.end(), params.row(row));
    waiting.push_back(number);
    ++row;
    if (waiting.size() == slab) write_numbers();
  }));
  write_numbers();
  params.flush();

  int64_t last = -1;
  size_t at = 0, seen = 0;
  good(archive.store.each_result([&](int64_t number, uint32_t place, const study::PolicyResult& r) {
    if (number != last) at = seen++;
    last = number;
    const auto value = [&](uint32_t m, uint32_t k) {
      return r.ok() ? study::outcome_value(names, {.measure = m, .round = k, .name = {}}, r) : nan;
    };
    residual.row(at)[place] = r.ok() ? r.certificate.residual : nan;
    change.row(at)[place] = r.ok() && r.certificate.compared ? r.certificate.grid_change : nan;
    size_t s = 0;
    if (!single.empty()) {
      double* out = measures[s++].row(at) + place * single.size();
      for (uint32_t m : single) *out++ = value(m, 0);
    }
    if (!by_round.empty()) {
      double* out = measures[s].row(at) + place * by_round.size() * rounds;
      for (uint32_t m : by_round)
        for (uint32_t k = 0; k < rounds; ++k) *out++ = k < names.measures[m].rounds ? value(m, k) : nan;
    }
  }));
  for (auto& m : measures) m.flush();
  residual.flush();
  change.flush();

  if (names.claims.empty()) return;
  const int claim = file.dimension("claim", names.claims.size());
  file.labels("claim", claim, names_of(names.claims), meanings_of(names.claims));
  const std::vector<size_t> shape{names.claims.size()};
  Slab holds(file, file.numbers("holds", NC_DOUBLE, {world, claim}, "1 where the claim holds, 0 where it fails"),
             shape);
  Slab margin(file, file.numbers("margin", NC_DOUBLE, {world, claim}, "how far it holds (above 0) or fails"), shape);
  last = -1;
  at = seen = 0;
  good(archive.store.each_verdict([&](int64_t number, uint32_t place, const study::Verdict& v) {
    if (number != last) at = seen++;
    last = number;
    holds.row(at)[place] = v.truth == study::Truth::unknown ? nan : v.truth == study::Truth::holds;
    margin.row(at)[place] = v.margin;
  }));
  holds.flush();
  margin.flush();
}

}  // namespace

base::Result<bool> write_netcdf(const study::Archive& archive, const std::string& path) {
  try {
    File file(path);
    write(archive, file);
    file.close();
    return true;
  } catch (const std::runtime_error& e) {
    return base::Error{fmt::format("{} (is the disk full?)", e.what())};
  }
}

}  // namespace casus::report

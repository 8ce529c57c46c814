// One Newton system of a crisis tree solved in two ways: in, the reference folder's trees; out, a row a tree and
// precision with the processor time of the sparse factorisation and of GMRES, whose products are one sweep each.
//
// usage: bench_newton_krylov [--reference FOLDER] [--rounds N]
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tree/branch.h"
#include "tree/efg.h"

using namespace casus;
using namespace casus::tree;

namespace {

using Vector = std::vector<double>;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

// GMRES (Saad & Schultz 1986) without restart or preconditioner, from 0, until the remainder is `tolerance` of the
// right-hand side. Returns the number of products.
template <class Product>
int gmres(const Product& product, const Vector& rhs, double tolerance, int most, Vector& x) {
  const double size = std::sqrt(dot(rhs, rhs));
  std::vector<Vector> basis{rhs};
  for (double& b : basis[0]) b /= size;
  std::vector<Vector> columns;
  Vector cosines, sines, g{size}, image;
  int k = 0;
  for (; k < most && std::abs(g[k]) > tolerance * size; ++k) {
    product(basis[k], image);
    Vector column(k + 2);
    for (int j = 0; j <= k; ++j) {
      column[j] = dot(image, basis[j]);
      for (size_t i = 0; i < image.size(); ++i) image[i] -= column[j] * basis[j][i];
    }
    column[k + 1] = std::sqrt(dot(image, image));
    basis.push_back(image);
    for (double& b : basis.back()) b /= std::max(column[k + 1], 1e-300);
    for (int j = 0; j < k; ++j) {
      const double upper = cosines[j] * column[j] + sines[j] * column[j + 1];
      column[j + 1] = cosines[j] * column[j + 1] - sines[j] * column[j];
      column[j] = upper;
    }
    const double radius = std::hypot(column[k], column[k + 1]);
    cosines.push_back(column[k] / radius);
    sines.push_back(column[k + 1] / radius);
    column[k] = radius;
    g.push_back(-sines[k] * g[k]);
    g[k] *= cosines[k];
    columns.push_back(std::move(column));
  }
  x.assign(rhs.size(), 0.0);
  for (int j = k - 1; j >= 0; --j) {
    for (int c = j + 1; c < k; ++c) g[j] -= columns[c][j] * g[c];
    g[j] /= columns[j][j];
    for (size_t i = 0; i < x.size(); ++i) x[i] += g[j] * basis[j][i];
  }
  return k;
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path folder = std::filesystem::path(CASUS_SOURCE_DIR) / ".." / "shared" / "reference";
  if (const char* set = std::getenv("CASUS_REFERENCE")) folder = set;
  int rounds = 8;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i];
    if (key == "--reference") folder = argv[i + 1];
    if (key == "--rounds") rounds = std::atoi(argv[i + 1]);
  }
  fmt::print("{:<10} {:>8} {:>9} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "game", "unknowns", "scaled", "analyse ms",
             "factor ms", "products", "GMRES ms", "apart");
  for (int n = 3; n <= rounds; ++n) {
    std::ifstream in(folder / "gambit" / "crisis" / fmt::format("crisis_r{}.efg", n), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    base::SourceSet sources;
    base::Diagnostics diagnostics;
    const auto tree = read_efg(sources, sources.add("crisis", text.str()), diagnostics);
    if (!tree) continue;
    const Layout layout(*tree);
    for (const double scaled : {1.0, 10.0, 40.0}) {
      Branch branch(layout);
      BranchPoint point;
      if (branch.follow_to(scaled / layout.scale, point) != BranchEnd::reached) continue;
      Sweep sweep = branch.sweep();
      // The right-hand side of the tangent: what the precision does to the conditions.
      Vector zero(layout.action_count, 0.0), rhs, x, y, image;
      sweep.derivative(zero, 1, scaled, rhs);

      double start = processor_seconds();
      Jacobian jacobian(layout);
      const double analyse = processor_seconds() - start;
      start = processor_seconds();
      jacobian.assemble(sweep, scaled);
      jacobian.factor();
      jacobian.solve(sweep, rhs, x);
      const double factored = processor_seconds() - start;

      start = processor_seconds();
      const auto product = [&](const Vector& v, Vector& out) { sweep.derivative(v, 0, scaled, out); };
      const int products = gmres(product, rhs, 1e-10, 400, y);
      const double krylov = processor_seconds() - start;
      double apart = 0;
      for (size_t k = 0; k < x.size(); ++k) apart = std::max(apart, std::abs(x[k] - y[k]));
      fmt::print("{:<10} {:>8} {:>9.0f} {:>10.2f} {:>10.3f} {:>10} {:>10.3f} {:>10.1e}\n", fmt::format("crisis_r{}", n),
                 jacobian.lu().scalar_count(), scaled, 1e3 * analyse, 1e3 * factored, products, 1e3 * krylov, apart);
    }
  }
  return 0;
}

#include "solve/lanes/kernel.h"

#include "solve/lanes/joint_kernel.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace casus::solve {

extern const Kernels kernels_baseline;
#if defined(__x86_64__)
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;
#endif

bool NodeJob::fits() const {
  const bool by_type = pattern == 1 || pattern == 2 || pattern % 4 == 0;
  const bool axes = own_points >= 1 && (!coupled || axis.points >= (worlds == 1 ? short_stencil : stencil_points));
  return (worlds == 1 || worlds == batch_lanes) && edges >= 1 && edges <= most_fast_options && types >= 1 &&
         types <= most_fast_types && channels % 4 == 0 && choice_width % 4 == 0 && pattern > 0 && by_type &&
         profiles <= pattern && axes && std::all_of(edge, edge + edges, [&](const EdgeView& e) {
           return e.channels % 4 == 0 && e.channels <= channels;
         });
}

bool JointJob::fits() const {
  const bool sizes = (worlds == 1 || worlds == batch_lanes) && movers <= most_joint_movers && axes <= most_joint_axes &&
                     edges >= 1 && edges <= most_joint_edges &&
                     (chance || choices <= (by_option() ? most_alone_choices : most_joint_choices)) && types >= 1 &&
                     types <= most_joint_types;
  const bool rows = channels % 4 == 0 && width % 4 == 0 && (chance || width >= movers * types) && profiles <= pattern;
  return sizes && rows &&
         std::all_of(axis, axis + axes,
                     [&](const JointAxis& a) {
                       return a.view.points >= short_stencil && a.own_points >= 1 && a.mover < movers;
                     }) &&
         std::all_of(edge, edge + edges, [&](const JointEdge& e) {
           return e.channels % 4 == 0 && e.channels <= channels && e.axes <= axes && e.plane + e.points <= plane_rows;
         });
}

size_t joint_doubles(const JointJob& j) {
  size_t places = 0, owns = 1;
  for (uint32_t d = 0; d < j.axes; ++d) {
    places += j.mover[j.axis[d].mover].options;
    owns *= j.axis[d].own_points;
  }
  // As JointRoom (joint_read_impl.h) takes them: in eights, a place with its weights and slopes.
  const size_t n = j.choices, place = 1 + 2 * stencil_points, reads = size_t{1 + j.axes} * j.width;
  const size_t eights = joint_system(j) + j.unknowns * (size_t{2} + 2 * joint_room_sides) + 3 * n + n * j.slopes() +
                        j.axes + size_t{j.movers} * j.types + 2 * reads + places * place + j.pattern / batch_lanes + 3;
  const size_t heads = std::min<size_t>(j.points / owns, batch_lanes);
  const size_t slots = j.worlds > 1 ? batch_lanes : owns >= batch_lanes ? 1 : heads;
  return eights * batch_lanes + (j.chance ? 0 : slots * j.plane_rows * j.width);
}

bool SettleJob::fits() const {
  const bool whole = std::none_of(dense, dense + std::min(axes, most_fast_axes), [](const double* d) { return d; });
  return (worlds == 1 || worlds == batch_lanes) && axes <= most_fast_axes && channels % 4 == 0 &&
         child_channels % 4 == 0 && child_channels <= channels && stencil == stencil_of(stencil) &&
         (whole || (line >= short_stencil && line <= dense_points));
}

bool RowsJob::fits() const {
  return axes <= most_row_axes && width % 4 == 0 && (count == stencil_points || count == few_row_points);
}

const Kernels* kernels_named(const char* name) {
#if defined(__x86_64__)
  if (!std::strcmp(name, "avx512") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return &kernels_avx512;
  if (!std::strcmp(name, "avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2"))
    return &kernels_avx2;
#endif
  return std::strcmp(name, "baseline") ? nullptr : &kernels_baseline;
}

namespace {

constexpr const char* names[] = {"avx512", "avx2", "baseline"};  // the best first

const char* asked() {
  const char* name = std::getenv("CASUS_ISA");
  return name && *name ? name : nullptr;
}

}  // namespace

const Kernels& kernels() {
  static const Kernels* chosen = [] {
    if (const char* name = asked())
      if (const Kernels* k = kernels_named(name)) return k;
    for (const char* name : names)
      if (const Kernels* k = kernels_named(name)) return k;
    return &kernels_baseline;
  }();
  return *chosen;
}

std::string kernels_problem() {
  const char* wanted = asked();
  if (!wanted || kernels_named(wanted)) return {};
  std::string here;
  bool known = false;
  for (const char* name : names) {
    known |= !std::strcmp(name, wanted);
    if (kernels_named(name)) here += (here.empty() ? "" : ", ") + std::string(name);
  }
  return std::string("CASUS_ISA asks for the instruction set '") + wanted + "', which " +
         (known ? "this processor lacks" : "does not exist") + "; here are " + here +
         ", and without CASUS_ISA the first of them is taken";
}

}  // namespace casus::solve

// The linearised equations of a joint job at eight places, solved: in, what options are worth and its slopes, as a look
// leaves them in the room; out, Newton's step, the branch's tangent and its responses to pushes. Include it with
// CASUS_ISA defined.
#pragma once
#include "solve/lanes/joint_kernel.h"
#include "solve/lanes/joint_read_impl.h"

namespace casus::solve::CASUS_ISA {

// Right-hand sides that the linearised equations are solved for: Newton's step; and where a branch is followed, its
// tangent and the responses to two fixed pushes at all equations.
enum JointSide : uint32_t { newton_step, tangent, first_push, second_push, joint_sides };
static_assert(joint_sides == joint_room_sides);

// A push at an equation: any fixed numbers that no symmetry of the game has.
inline double joint_push(uint32_t side, uint32_t equation) {
  uint64_t x = (uint64_t{side} * most_joint_choices + equation + 1) * 0x9E3779B97F4A7C15u;
  x = (x ^ x >> 29) * 0xBF58476D1CE4E5B9u;
  return static_cast<double>(x >> 40) / static_cast<double>(1 << 24) - 0.5;
}

// What one look at the unknowns says; the sides' solutions are in room.side.
struct JointLook {
  Lane residual, size;  // largest |residual|, largest of 1 and |x|
  Lane determinant;     // -1 where something is not finite
  Lane step_size;       // largest |step|; 1e300 where it is not finite
};

inline JointLook finished(JointLook look) {
  const Mask finite = look.step_size < Lane(1e300);
  look.step_size = select(finite, look.step_size, Lane(1e300));
  look.determinant = select(finite, look.determinant, Lane(-1));
  return look;
}

// All equations at once, at the share `scale` of every precision.
inline JointLook solve_together(const JointJob& j, const Lane& scale, uint32_t sides, JointRoom& room) {
  const uint32_t n = j.unknowns, all = j.choices, width = n + joint_sides;
  JointLook out{Lane(0), Lane(1), Lane(1), Lane(0)};
  // Rows: the equations; columns: unknowns, then the sides.
  Lane* const system = room.system;
  for (uint32_t m = 0; m < j.movers; ++m) {
    const JointMover& mover = j.mover[m];
    const Lane whole = Lane::load(mover.lambda), lambda = whole * scale;
    for (uint32_t t = 0; t < mover.types; ++t)
      for (uint32_t o = 1; o < mover.options; ++o) {
        const uint32_t unknown = mover.unknown + t * (mover.options - 1) + o - 1;
        const uint32_t first = mover.place + t * mover.options;
        const Lane *row = room.by_log_sigma + size_t{first + o} * all, *base = room.by_log_sigma + size_t{first} * all;
        Lane* to = system + size_t{unknown} * width;
        for (uint32_t k = 0; k < j.movers; ++k) {
          const JointMover& by = j.mover[k];
          for (uint32_t s = 0; s < by.types; ++s) {
            const uint32_t place = by.place + s * by.options, column = by.unknown + s * (by.options - 1);
            Lane total(0);
            for (uint32_t b = 0; b < by.options; ++b) total += row[place + b] - base[place + b];
            for (uint32_t b = 1; b < by.options; ++b)
              to[column + b - 1] = lambda * (room.sigma[place + b] * total - (row[place + b] - base[place + b]));
          }
        }
        to[unknown] += Lane(1);
        const Lane gain = room.worth[first + o] - room.worth[first], f = room.x[unknown] - lambda * gain;
        to[n + newton_step] = -f;
        to[n + tangent] = whole * gain;
        for (uint32_t side = first_push; side < sides; ++side) to[n + side] = Lane(joint_push(side, unknown));
        out.residual = max(abs(f), out.residual);
        out.size = max(abs(room.x[unknown]), out.size);
      }
  }
  // Elimination without pivoting: where a pivot is small the place is given up, as its determinant tells.
  for (uint32_t k = 0; k < n; ++k) {
    const Lane* pivot = system + size_t{k} * width;
    const Lane inverse = reciprocal(pivot[k]);
    out.determinant *= pivot[k];
    for (uint32_t i = k + 1; i < n; ++i) {
      Lane* row = system + size_t{i} * width;
      const Lane by = row[k] * inverse;
      for (uint32_t c = k + 1; c < n + sides; ++c) row[c] -= by * pivot[c];
    }
  }
  for (uint32_t k = n; k-- > 0;) {
    const Lane* row = system + size_t{k} * width;
    const Lane inverse = reciprocal(row[k]);
    for (uint32_t side = 0; side < sides; ++side) {
      Lane x = row[n + side];
      for (uint32_t c = k + 1; c < n; ++c) x -= row[c] * room.side[side * n + c];
      room.side[side * n + k] = x * inverse;
    }
    out.step_size = max(abs(room.side[newton_step * n + k]), out.step_size);
  }
  return finished(out);
}

// Solves `n` equations, rows of so many columns of which the first n are unknowns', in place and without pivoting:
// where a pivot is so small that digits are lost the place is given up.
inline void eliminate_rows(uint32_t n, uint32_t width, Lane* rows, JointLook& out) {
  constexpr double least_pivot = 1e-6;
  for (uint32_t k = 0; k < n; ++k) {
    Lane* pivot = rows + size_t{k} * width;
    const Lane inverse = reciprocal(pivot[k]);
    out.determinant *= select(abs(pivot[k]) < Lane(least_pivot), Lane(0), pivot[k]);
    for (uint32_t c = k + 1; c < width; ++c) pivot[c] *= inverse;
    for (uint32_t i = 0; i < n; ++i) {
      if (i == k) continue;
      Lane* row = rows + size_t{i} * width;
      const Lane by = row[k];
      for (uint32_t c = k + 1; c < width; ++c) row[c] -= by * pivot[c];
    }
  }
}

// Of a mover who chooses alone, option by option: with U_o = lambda (B_o - B_0), B_o = dQ_o / d log sigma(o),
//   (I - lambda B_o) dx_o + U_o dN = side_o,    dN = sum over o of sigma_o dx_o,
// so the options hang together through the types' normalisers N alone (Woodbury's formula), and time grows with the
// options and not with their cube.
inline JointLook solve_by_option(const JointJob& j, const Lane& scale, uint32_t sides, JointRoom& room) {
  const JointMover& mover = j.mover[0];
  const uint32_t types = mover.types, options = mover.options, columns = sides + types, n = j.unknowns;
  const Lane whole = Lane::load(mover.lambda), lambda = whole * scale;
  JointLook out{Lane(0), Lane(1), Lane(1), Lane(0)};
  // Rows [type]: an option's equations, their sides, then U_o; of all options.
  const uint32_t width = types + columns;
  Lane* const normal = room.system + size_t{options - 1} * types * width;  // [type]: the normalisers', then their sides
  const uint32_t normal_width = types + sides;
  for (uint32_t s = 0; s < types; ++s)
    for (uint32_t c = 0; c < normal_width; ++c) normal[s * normal_width + c] = Lane(s == c ? 1 : 0);
  for (uint32_t o = 1; o < options; ++o) {
    Lane* const system = room.system + size_t{o - 1} * types * width;
    for (uint32_t t = 0; t < types; ++t) {
      const uint32_t unknown = t * (options - 1) + o - 1, first = t * options;
      const Lane *own = room.by_log_sigma + size_t{first + o} * types,
                 *base = room.by_log_sigma + size_t{first} * types;
      Lane* to = system + t * width;
      for (uint32_t s = 0; s < types; ++s) {
        to[s] = Lane(s == t ? 1 : 0) - lambda * own[s];
        to[types + sides + s] = lambda * (own[s] - base[s]);
      }
      const Lane gain = room.worth[first + o] - room.worth[first], f = room.x[unknown] - lambda * gain;
      to[types + newton_step] = -f;
      if (sides > tangent) to[types + tangent] = whole * gain;
      for (uint32_t side = first_push; side < sides; ++side) to[types + side] = Lane(joint_push(side, unknown));
      out.residual = max(abs(f), out.residual);
      out.size = max(abs(room.x[unknown]), out.size);
    }
    eliminate_rows(types, width, system, out);
    for (uint32_t t = 0; t < types; ++t) {
      const Lane sigma = room.sigma[t * options + o];
      for (uint32_t s = 0; s < types; ++s)
        normal[t * normal_width + s] += sigma * system[t * width + types + sides + s];
      for (uint32_t c = 0; c < sides; ++c)
        normal[t * normal_width + types + c] += sigma * system[t * width + types + c];
    }
  }
  eliminate_rows(types, normal_width, normal, out);
  for (uint32_t o = 1; o < options; ++o)
    for (uint32_t t = 0; t < types; ++t) {
      const Lane* from = room.system + (size_t{o - 1} * types + t) * width + types;
      for (uint32_t side = 0; side < sides; ++side) {
        Lane x = from[side];
        for (uint32_t s = 0; s < types; ++s) x -= from[sides + s] * normal[s * normal_width + types + side];
        room.side[side * n + t * (options - 1) + o - 1] = x;
        if (side == newton_step) out.step_size = max(abs(x), out.step_size);
      }
    }
  return finished(out);
}

}  // namespace casus::solve::CASUS_ISA

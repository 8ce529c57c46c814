// The commands that set a case beside its exact tree: in, what the command line asked for; out, a tree or a comparison.
#pragma once
#include <optional>
#include <vector>

#include "app/arguments.h"
#include "app/session.h"
#include "solve/world.h"

namespace casus::app {

// One world of a case under one policy.
struct WorldArguments : CaseArguments {
  WorldArguments() { counts = false; }
  std::optional<uint64_t> world;  // none: the median; else its number in the design, from 0
  uint64_t worlds = study::default_worlds;
  uint64_t seed = 1;
  lab::DesignKind design = lab::DesignKind::latin_hypercube;
  std::filesystem::path worlds_file;  // a user's own worlds in place of a design; empty: none
  size_t node_limit = 0;
};

struct UnrollArguments : WorldArguments {
  UnrollArguments() { solves = false; }
  bool by_round = false;
  std::filesystem::path out;  // empty: the standard output
};

struct VerifyArguments : WorldArguments {
  VerifyArguments() { points_given = true; }
  std::vector<uint32_t> grids{9, 17, 33, 65};
  double tolerance = 1e-3;
};

int unroll(const UnrollArguments& arguments);
int verify(const VerifyArguments& arguments);

// What both need first; messages are out when the session's exit code is not good.
struct ChosenWorld {
  Session session;
  std::vector<double> params;
  solve::World numbers;
  const game::Game& game() const { return session.plan().policies.front().game; }
  const model::Policy& policy() const { return session.source().policies[session.plan().policies.front().policy]; }
};
ChosenWorld choose_world(const WorldArguments& arguments);

// "world 3 of 200 (lhs, seed 1)", "world 3 of 10 (mine.csv)" or "the median world".
std::string world_text(const WorldArguments& arguments, const study::Plan& plan);

}  // namespace casus::app

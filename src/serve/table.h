// A game for one or two people: in, how it was set up and what has been chosen; out, how it stands, as each seat may
// see it.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "serve/live.h"
#include "study/seat.h"

namespace casus::serve {

struct SeatRecord {
  std::string actor, type, secret;  // type: empty if drawn
};
struct ChoiceRecord {
  uint32_t round = 1;
  std::string stage, decision, option;
};
// All that is needed to play a game again, and all that is kept of it.
struct GameRecord {
  std::string id, path, text, policy;
  uint64_t seed = 1;
  uint32_t points = 9;
  std::map<std::string, double> params = {};
  std::vector<SeatRecord> seats = {};
  std::vector<ChoiceRecord> choices = {};
  bool left = false;    // before its end
  bool over = false;    // left, or played to its end
  int64_t created = 0;  // seconds since 1970
  uint64_t version() const { return choices.size() + left; }
};
Json to_json(const GameRecord& record);
GameRecord game_record(const Json& json);  // throws what the JSON library throws

// Somebody's turn.
struct Pending {
  size_t seat = 0;
  solve::CourseStep step;
  study::Choice choice;
};

// A game played again up to where it stands.
class Table {
 public:
  // Refuses (api.h) a game whose case, policy, actor or type there is not, and a world without a solution.
  Table(const Settings& settings, Models& models, Worlds& worlds, GameRecord record);

  // Takes the options of one seat from their names, in order, as far as they go; what was taken stands in record().
  void replay(size_t seat, const std::vector<std::string>& options);
  const GameRecord& record() const { return record_; }
  bool finished() const { return played_.finished || record_.left; }
  const std::vector<Pending>& pending() const { return pending_; }
  const Pending* turn_of(size_t seat) const;
  // The choice of a seat whose turn it is; refuses (400) an option that is not open.
  ChoiceRecord choice(const Pending& pending, const std::string& option) const;

  Json view(size_t seat) const;
  Json reveal(const Pending& pending) const;  // each option's probability and value
 private:
  using Recall = std::function<std::optional<uint32_t>(const solve::CourseStep&, const study::Choice&)>;
  void play(const Recall& recall);
  std::optional<uint32_t> recorded(const solve::CourseStep& step, const study::Choice& choice) const;
  const model::Decision& decision(const study::Choice& choice) const;
  const solve::CourseStep& now() const;  // the last step, or the one at which somebody is to choose
  Json debrief(size_t seat) const;
  std::string debrief_json(size_t seat) const;

  const Settings& settings_;
  Worlds& worlds_;
  GameRecord record_;
  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Solved> solved_;
  study::Seat seat_;  // both seats
  std::vector<std::vector<double>> start_belief_;
  std::vector<double> start_profiles_;
  study::Played played_;
  std::vector<Pending> pending_;
};

}  // namespace casus::serve

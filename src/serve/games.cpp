#include "serve/games.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "lab/world.h"
#include "report/transcript.h"
#include "study/settings.h"

namespace casus::serve {
namespace {

namespace fs = std::filesystem;

constexpr size_t most_record_bytes = Folder::most_bytes * 2;

std::vector<SeatRecord> seats_of(const Json& body) {
  const auto at = body.find("seats");
  if (at == body.end() || !at->is_array() || at->empty() || at->size() > 2)
    throw Refusal{400, "the request needs 'seats': one or two of {actor, type}"};
  std::vector<SeatRecord> out;
  for (const auto& seat : *at) out.push_back({text_of(seat, "actor"), text_of(seat, "type", ""), random_name()});
  return out;
}

uint64_t drawn_seed() {
  // A number that JavaScript holds exactly.
  return std::stoull(random_name().substr(0, 8), nullptr, 16) + 1;
}

}  // namespace

Games::Games(const Settings& settings, const Folder& folder, Models& models, Worlds& worlds)
    : settings_(settings), folder_(folder), models_(models), worlds_(worlds) {
  std::error_code error;
  for (auto at = fs::directory_iterator(folder.root() / "casus-runs" / "games", error);
       !error && at != fs::directory_iterator() && games_.size() < most_games; at.increment(error)) {
    if (at->path().extension() != ".json") continue;
    try {
      const auto json = base::parse_json(read_whole(at->path(), most_record_bytes));
      if (!json) continue;
      auto record = game_record(*json);
      if (record.id == at->path().stem().string()) games_.emplace(record.id, std::move(record));
    } catch (const nlohmann::json::exception&) {
      continue;
    } catch (const Refusal&) {
      continue;
    }
  }
}

void Games::stop() {
  const std::lock_guard hold(lock_);
  ending_ = true;
  changed_.notify_all();
}

void Games::keep(const GameRecord& record) {
  const auto path = folder_.file(fmt::format("casus-runs/games/{}.json", record.id), ".json", false);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw Refusal{500, fmt::format("cannot make the folder casus-runs/games: {}", error.message())};
  write_whole(path, dumped(to_json(record)), 0600);
  games_[record.id] = record;
  changed_.notify_all();
}

Games::Held Games::held(const std::string& id, const std::string& secret) const {
  const auto at = games_.find(id);
  if (at == games_.end()) throw Refusal{404, "there is no such game"};
  for (size_t s = 0; s < at->second.seats.size(); ++s)
    if (at->second.seats[s].secret == secret) return {at->second, s};
  throw Refusal{403, "this is no seat of that game"};
}

Json Games::create(const ModelRequest& request, const Json& body) {
  GameRecord record{.id = random_name().substr(0, 12), .path = request.path, .text = request.text, .policy = {}};
  record.params = request.params;
  record.created =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::vector<std::string> choices;
  if (const auto replay = body.find("replay"); replay != body.end() && !replay->is_null()) {
    const auto transcript =
        report::parse_transcript(replay->is_string() ? replay->get<std::string>() : dumped(*replay), "'replay'");
    if (!transcript) throw Refusal{400, transcript.error()};
    record.policy = transcript->policy;
    record.seed = transcript->seed;
    record.points = std::clamp<uint32_t>(transcript->points, solve::least_points, most_live_points);
    record.seats.push_back({transcript->actor, transcript->type, random_name()});
    if (!transcript->settings.empty()) {
      // Read as by --set; a table knows numbers of parameters only.
      const auto set = models_.load_sound(record.path, record.text, transcript->settings);
      const auto numbers = lab::WorldMap::make(set->source());
      for (const auto& setting : transcript->settings) {
        const auto name = study::name_set(setting);
        const auto p = model::find_param(set->source(), name);
        if (!p || !numbers) throw Refusal{422, fmt::format("'{}' of the transcript sets no parameter", setting)};
        record.params[name] = numbers->midpoint()[*p];
      }
    }
    choices = transcript->choices;
  } else {
    record.policy = text_of(body, "policy", "");
    record.seed = whole_of(body, "seed", drawn_seed(), 0, uint64_t{1} << 53);
    record.points = static_cast<uint32_t>(whole_of(body, "points", 9, solve::least_points, most_live_points));
    record.seats = seats_of(body);
  }
  if (record.policy.empty()) {
    const auto model = models_.get({record.path, record.text, record.params});
    record.policy = model->source().policies.front().name;
  }
  Table made = table(record);
  if (!choices.empty()) made.replay(0, choices);
  record = made.record();
  record.over = made.finished();
  const std::lock_guard hold(lock_);
  if (games_.size() >= most_games)
    throw Refusal{
        429, fmt::format("there are {} games already; delete some of casus-runs/games and start again", most_games)};
  keep(record);
  Json seats = Json::array();
  for (const auto& s : record.seats) seats.push_back({{"actor", s.actor}, {"secret", s.secret}});
  return {{"id", record.id}, {"seed", record.seed}, {"seats", seats}};
}

Json Games::list() const {
  const std::lock_guard hold(lock_);
  std::vector<const GameRecord*> latest;
  for (const auto& [id, record] : games_) latest.push_back(&record);
  std::sort(latest.begin(), latest.end(),
            [](const auto* a, const auto* b) { return std::pair(-a->created, a->id) < std::pair(-b->created, b->id); });
  if (latest.size() > most_listed) latest.resize(most_listed);
  Json out = Json::array();
  for (const auto* record : latest) {
    // With two at the table the list must not hand one the other's seat.
    for (const auto& s : record->seats)
      out.push_back({{"id", record->id},
                     {"path", record->path},
                     {"actor", s.actor},
                     {"secret", record->seats.size() == 1 || record->over ? s.secret : ""},
                     {"finished", record->over},
                     {"seats", record->seats.size()},
                     {"choices", record->choices.size()},
                     {"created", record->created}});
  }
  return out;
}

Json Games::view(const std::string& id, const std::string& secret, std::optional<uint64_t> after, double seconds) {
  Held now;
  {
    std::unique_lock hold(lock_);
    now = held(id, secret);
    if (after && waiting_ < most_waiting) {
      ++waiting_;
      changed_.wait_for(hold, std::chrono::duration<double>(seconds),
                        [&] { return ending_ || games_.at(id).version() > *after || games_.at(id).over; });
      --waiting_;
      now = held(id, secret);
    }
  }
  const Table t = table(std::move(now.record));
  auto out = t.view(now.seat);
  const std::lock_guard hold(lock_);
  auto& record = games_.at(id);
  if (t.finished() && !record.over) {
    record.over = true;
    keep(GameRecord(record));
  }
  return out;
}

Json Games::choose(const std::string& id, const std::string& secret, const std::string& option) {
  Held now;
  {
    const std::lock_guard hold(lock_);
    now = held(id, secret);
  }
  const Table before = table(now.record);
  const Pending* turn = before.turn_of(now.seat);
  if (!turn)
    throw Refusal{409, before.finished() ? "the game is over" : "it is not this seat's turn: the other chooses first"};
  const auto choice = before.choice(*turn, option);
  {
    const std::lock_guard hold(lock_);
    // The other seat may have chosen meanwhile; the same seat in another tab may not.
    auto present = held(id, secret).record;
    for (const auto& x : present.choices)
      if (x.round == choice.round && x.stage == choice.stage && x.decision == choice.decision)
        throw Refusal{409, "this choice was made already, perhaps in another tab"};
    if (present.left) throw Refusal{409, "the game is over"};
    present.choices.push_back(choice);
    keep(present);
  }
  return view(id, secret, {}, 0);
}

Json Games::reveal(const std::string& id, const std::string& secret) {
  Held now;
  {
    const std::lock_guard hold(lock_);
    now = held(id, secret);
  }
  const Table t = table(std::move(now.record));
  const Pending* turn = t.turn_of(now.seat);
  if (!turn) throw Refusal{409, "it is not this seat's turn"};
  return t.reveal(*turn);
}

Json Games::leave(const std::string& id, const std::string& secret) {
  Held now;
  {
    const std::lock_guard hold(lock_);
    now = held(id, secret);
  }
  if (!table(std::move(now.record)).finished()) {
    const std::lock_guard hold(lock_);
    auto record = held(id, secret).record;
    record.left = record.over = true;
    keep(record);
  }
  return view(id, secret, {}, 0);
}

}  // namespace casus::serve

#include "serve/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/thread_pool.h"
#include "report/play.h"
#include "report/text.h"
#include "study/settings.h"
#include "study/summary.h"

namespace casus::serve {

Json to_json(const GameRecord& r) {
  Json seats = Json::array(), choices = Json::array();
  for (const auto& s : r.seats) seats.push_back({{"actor", s.actor}, {"type", s.type}, {"secret", s.secret}});
  for (const auto& x : r.choices)
    choices.push_back({{"round", x.round}, {"stage", x.stage}, {"decision", x.decision}, {"option", x.option}});
  return {{"kind", "game"},     {"id", r.id},           {"path", r.path}, {"policy", r.policy}, {"seed", r.seed},
          {"points", r.points}, {"params", r.params},   {"seats", seats}, {"choices", choices}, {"left", r.left},
          {"over", r.over},     {"created", r.created}, {"text", r.text}};
}

GameRecord game_record(const Json& json) {
  GameRecord out;
  out.id = json.at("id");
  out.path = json.at("path");
  out.text = json.at("text");
  out.policy = json.at("policy");
  out.seed = json.at("seed");
  out.points = json.at("points");
  out.params = json.at("params").get<std::map<std::string, double>>();
  for (const auto& s : json.at("seats")) out.seats.push_back({s.at("actor"), s.at("type"), s.at("secret")});
  for (const auto& x : json.at("choices"))
    out.choices.push_back({x.at("round"), x.at("stage"), x.at("decision"), x.at("option")});
  out.left = json.at("left");
  out.over = json.at("over");
  out.created = json.at("created");
  return out;
}

Table::Table(const Settings& settings, Models& models, Worlds& worlds, GameRecord record)
    : settings_(settings), worlds_(worlds), record_(std::move(record)) {
  model_ = models.get({record_.path, record_.text, record_.params});
  const auto& c = model_->source();
  seat_.seed = record_.seed;
  for (size_t s = 0; s < record_.seats.size(); ++s) {
    const auto& wanted = record_.seats[s];
    const auto actor = model::find_actor(c, wanted.actor);
    if (!actor) {
      std::vector<std::string> known;
      for (const auto& x : c.actors) known.push_back(x.name);
      throw Refusal{400, study::unknown_name("actor", wanted.actor, known)};
    }
    const auto& types = c.actors[*actor].types;
    const auto type = std::find(types.begin(), types.end(), wanted.type);
    if (!wanted.type.empty() && type == types.end())
      throw Refusal{400, study::unknown_name("type", wanted.type, types)};
    const int own = wanted.type.empty() ? -1 : static_cast<int>(type - types.begin());
    if (s == 0) {
      seat_.actor = *actor;
      seat_.type = own;
    } else {
      if (*actor == seat_.actor) throw Refusal{400, "two people cannot take the same seat"};
      seat_.beside.emplace_back(*actor, own);
    }
  }
  const auto params = detail::world_at(model_->plan(), record_.params);
  solved_ = worlds.get(model_, params, place_of(*model_, record_.policy), record_.points).solved;
  if (!solved_->world->result().ok()) throw Refusal{422, solved_->world->error()};
  start_belief_ = solved_->world->start_belief();
  start_profiles_ = solved_->world->walk().here().profiles;
  play([this](const auto& step, const auto& choice) { return recorded(step, choice); });
}

void Table::play(const Recall& recall) {
  pending_.clear();
  played_ = study::play(
      *solved_->world, seat_, [](const std::vector<uint32_t>&) {},
      [&](const solve::CourseStep& step, const study::Choice& choice) {
        const auto taken = recall(step, choice);
        if (!taken) pending_.push_back({choice.actor == seat_.actor ? size_t{0} : size_t{1}, step, choice});
        return taken;
      },
      [](const solve::CourseStep&) {});
}

const model::Decision& Table::decision(const study::Choice& choice) const {
  return model_->source().stages[choice.stage].decisions[choice.decision];
}

std::optional<uint32_t> Table::recorded(const solve::CourseStep& step, const study::Choice& choice) const {
  const auto& d = decision(choice);
  for (const auto& x : record_.choices) {
    if (x.round != step.round || x.decision != d.name || x.stage != model_->source().stages[step.stage].name) continue;
    for (uint32_t k = 0; k < choice.options.size(); ++k)
      if (d.options[choice.options[k]].name == x.option) return k;
  }
  return std::nullopt;
}

void Table::replay(size_t seat, const std::vector<std::string>& options) {
  size_t next = 0;
  const uint32_t actor = seat == 0 ? seat_.actor : seat_.beside[seat - 1].first;
  play([&](const solve::CourseStep& step, const study::Choice& choice) -> std::optional<uint32_t> {
    if (const auto known = recorded(step, choice)) return known;
    if (choice.actor != actor || next == options.size()) return std::nullopt;
    const auto& d = decision(choice);
    for (uint32_t k = 0; k < choice.options.size(); ++k)
      if (d.options[choice.options[k]].name == options[next]) {
        record_.choices.push_back({step.round, model_->source().stages[step.stage].name, d.name, options[next++]});
        return k;
      }
    return std::nullopt;
  });
}

const Pending* Table::turn_of(size_t seat) const {
  const auto at = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& p) { return p.seat == seat; });
  return at == pending_.end() || finished() ? nullptr : &*at;
}

ChoiceRecord Table::choice(const Pending& pending, const std::string& option) const {
  const auto& d = decision(pending.choice);
  std::vector<std::string> open;
  for (const uint32_t o : pending.choice.options) open.push_back(d.options[o].name);
  if (std::find(open.begin(), open.end(), option) == open.end())
    throw Refusal{400, study::unknown_name("option", option, open)};
  return {pending.step.round, model_->source().stages[pending.step.stage].name, d.name, option};
}

// A step that has not been finished holds its belief and state as they stand.
const solve::CourseStep& Table::now() const {
  return played_.finished ? played_.steps.back() : pending_.front().step;
}

Json Table::reveal(const Pending& pending) const {
  const auto& d = decision(pending.choice);
  Json options = Json::array();
  for (size_t k = 0; k < pending.choice.options.size(); ++k)
    options.push_back({{"option", d.options[pending.choice.options[k]].name},
                       {"probability", pending.choice.probability[k]},
                       {"value", pending.choice.value[k]}});
  return {{"options", options}};
}

Json Table::view(size_t seat) const {
  const auto& c = model_->source();
  const auto& g = solved_->world->game();
  const auto& who = record_.seats[seat];
  const uint32_t actor = *model::find_actor(c, who.actor);
  const auto& types = c.actors[actor].types;
  const uint32_t own = played_.types_now.empty() ? played_.types[actor] : played_.types_now[actor];
  Json out{{"path", record_.path}, {"title", c.title}, {"policy", record_.policy}, {"actor", who.actor}};
  out["type"] = types.size() > 1 ? types[own] : "";
  out["type_words"] = c.actors[actor].type_words[own].text;
  const auto& steps = played_.steps;
  out["belief"] = named_belief(c, g, solve::as_believed_by(g, now().belief, now().profiles, actor, own));
  out["sees"] = named_state(c, played_.finished ? now().after : now().before);
  Json log = Json::array();
  for (const auto& step : steps) {
    if (step.stage == game::none) continue;
    if (auto words = step_words(c, g, solve::as_seen_by(step, actor)); !words.empty())
      log.push_back({{"round", step.round}, {"text", words}});
  }
  out["log"] = log;
  if (const Pending* p = turn_of(seat)) {
    const auto& d = decision(p->choice);
    Json options = Json::array();
    for (const uint32_t o : p->choice.options)
      options.push_back(
          {{"option", d.options[o].name}, {"words", report::description(d.options[o].name, d.options[o].words)}});
    out["turn"] = {{"round", p->step.round},
                   {"stage", c.stages[p->step.stage].name},
                   {"decision", d.name},
                   {"words", report::description(d.name, d.words)},
                   {"options", options}};
  } else if (!finished()) {
    Json others = Json::array();
    for (const auto& p2 : pending_) others.push_back(record_.seats[p2.seat].actor);
    out["waiting_for"] = others;
  }
  out["finished"] = finished();
  out["left"] = record_.left;
  out["version"] = record_.version();
  if (finished()) out["debrief"] = debrief(seat);
  return out;
}

std::string Table::debrief_json(size_t seat) const {
  const auto& c = model_->source();
  const auto& plan = model_->plan();
  const uint32_t actor = *model::find_actor(c, record_.seats[seat].actor);
  auto own = played_;
  std::erase_if(own.choices, [&](const study::Choice& x) { return x.actor != actor; });
  report::PlayAnswer answer{.plan = &plan,
                            .place = solved_->world->place(),
                            .case_file = record_.path,
                            .version = casus::version(),
                            .seat = {.actor = actor, .seed = record_.seed}};
  answer.played = &own;
  answer.start_belief = start_belief_;
  if (const auto objective = study::choose_objective(c, "", {}); objective && *objective)
    answer.objective = (*objective)->measure;
  // What each policy would have led to, given the true types.
  if (own.finished)
    for (uint32_t p = 0; p < plan.policies.size(); ++p)
      if (!study::is_counterfactual(c.policies[plan.policies[p].policy])) answer.policies.push_back({.place = p});
  const std::atomic<bool> never{false};
  base::for_each_index(answer.policies.size(), settings_.threads, never, [&](uint64_t k) {
    auto& p = answer.policies[k];
    const auto solved = worlds_.get(model_, solved_->world->params(), p.place, record_.points).solved;
    p.error = solved->world->error();
    if (!p.error.empty()) return;
    p.payoff = solved->world->payoff_given(actor, own.types);
    if (answer.objective) p.objective = solved->world->measure_given(*answer.objective, 0, own.types);
  });
  return report::json_text(answer);
}

Json Table::debrief(size_t seat) const {
  const auto& c = model_->source();
  auto transcript = Json::parse(debrief_json(seat));
  // The plan is that of the case; what the game was played with is the record's.
  transcript["points"] = record_.points;
  Json settings = Json::array();
  for (const auto& [name, value] : record_.params) settings.push_back(fmt::format("{}={}", name, value));
  transcript["settings"] = settings;
  Json out;
  for (const char* field : {"types", "choices", "cost", "payoffs", "policies", "points"})
    out[field] = transcript[field];
  const uint32_t me = *model::find_actor(c, record_.seats[seat].actor);
  const auto mine = [&](const auto& belief, const auto& profiles, const std::vector<uint32_t>& types) {
    const auto& g = solved_->world->game();
    return named_belief(c, g, solve::as_believed_by(g, belief, profiles, me, types[me]));
  };
  out["start_belief"] = mine(start_belief_, start_profiles_, played_.types);
  out["end_belief"] = mine(now().belief, now().profiles, played_.types_now);
  if (record_.seats.size() > 1) {
    const size_t other = 1 - seat;
    const uint32_t actor = *model::find_actor(c, record_.seats[other].actor);
    Json choices = Json::array();
    double cost = 0;
    for (const auto& x : played_.choices) {
      if (x.actor != actor) continue;
      const auto& d = decision(x);
      choices.push_back({{"round", x.round},
                         {"decision", d.name},
                         {"taken", d.options[x.options[x.taken]].name},
                         {"best", d.options[x.options[x.best]].name},
                         {"cost", x.cost()}});
      cost += x.cost();
    }
    out["other"] = {{"actor", record_.seats[other].actor}, {"choices", choices}, {"cost", cost}};
  }
  out["transcript"] = std::move(transcript);
  return out;
}

}  // namespace casus::serve

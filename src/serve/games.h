// Games at the workbench: in, requests of those who hold a seat's secret; out, the game as that seat may see it. Every
// choice is on disk before it is answered, so that a restart costs nothing.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "serve/folder.h"
#include "serve/table.h"

namespace casus::serve {

class Games {
 public:
  static constexpr size_t most_games = 500, most_listed = 64, most_waiting = 16;

  // Reads the games of the folder, casus-runs/games/*.json; a damaged file is left alone.
  Games(const Settings& settings, const Folder& folder, Models& models, Worlds& worlds);

  // `body` as in docs/workbench.md; `request` is its case.
  Json create(const ModelRequest& request, const Json& body);
  Json list() const;
  // With `after` (and no choice since) it waits up to `seconds`.
  Json view(const std::string& id, const std::string& secret, std::optional<uint64_t> after, double seconds);
  Json choose(const std::string& id, const std::string& secret, const std::string& option);
  Json reveal(const std::string& id, const std::string& secret);
  Json leave(const std::string& id, const std::string& secret);
  void stop();  // ends all waiting

 private:
  struct Held {
    GameRecord record;
    size_t seat = 0;
  };
  Held held(const std::string& id, const std::string& secret) const;  // lock_ must be held
  void keep(const GameRecord& record);                                // on disk and here
  Table table(GameRecord record) const { return {settings_, models_, worlds_, std::move(record)}; }

  const Settings& settings_;
  const Folder& folder_;
  Models& models_;
  Worlds& worlds_;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::map<std::string, GameRecord> games_;
  size_t waiting_ = 0;
  bool ending_ = false;
};

}  // namespace casus::serve

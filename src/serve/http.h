// The workbench on a socket: in, its settings; out, a running HTTP server that answers until it is stopped.
#pragma once
#include <memory>
#include <string>

#include "serve/api.h"

namespace casus::serve {

class Server {
 public:
  // Binds the port and opens the folder; fails with a clear message where that cannot be done.
  static base::Result<std::unique_ptr<Server>> start(const Settings& settings);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  std::string url() const;  // with the token, if there is one
  // No further request; jobs stop with their worlds on disk; answers under way are finished. Returns how many runs are
  // left unfinished.
  size_t stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace casus::serve

// A stored study opened again: in, the path of its file; out, its case, plan and results as they were.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "app/session.h"
#include "study/store.h"

namespace casus::app {

struct Stored {
  std::unique_ptr<Session> session;  // null where the file cannot be used
  base::SourceSet sources;           // the session's, under their own names
  std::optional<study::Store> store;
  RunArguments arguments;  // that would give the study again
  std::string error;       // then one message: what is wrong, and what to do
  const study::Plan& plan() const { return *session->plan; }
};

// Reads the texts that the study keeps, compiles them and lays out its plan; fails where that does not give the same
// study (a file of another version of the language, for example).
Stored open_stored(const std::filesystem::path& file);

}  // namespace casus::app

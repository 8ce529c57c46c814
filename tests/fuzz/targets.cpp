#include "fuzz/targets.h"

#include "game/game.h"
#include "language/language.h"
#include "tree/efg.h"
#include "tree/layout.h"
#include "tree/nfg.h"

namespace casus::fuzz {
namespace {

// Both renderings must cope with every span that a reader reports.
bool render(const base::Diagnostics& diagnostics, const base::SourceSet& sources) {
  return !base::render_text(diagnostics, sources, true).empty() && !base::render_json(diagnostics, sources).empty();
}

template <class Game, class Read, class Write>
std::string read_and_write(const std::string& bytes, const Read& read, const Write& write, std::optional<Game>& game) {
  base::SourceSet sources;
  base::Diagnostics messages, more;
  game = read(sources, sources.add("fuzz", bytes), messages);
  if (game.has_value() == messages.has_errors()) return "a file is accepted or has an error";
  if (!messages.all().empty() && !render(messages, sources)) return "every message can be shown";
  if (!game) return "";
  const std::string once = write(*game);
  const auto again = read(sources, sources.add("again", once), more);
  if (!again) return "what was written can be read:\n" + base::render_text(more, sources, false) + once;
  if (write(*again) != once) return "writing, reading and writing gives the same text:\n" + once;
  return "";
}

// What every solver begins with.
std::string lay_out(const tree::Tree& game) {
  if (game.nodes.size() > 2000) return "";
  tree::analyse_recall(game);
  const bool whole = tree::Layout(game).node_count == static_cast<int>(game.nodes.size());
  return whole ? "" : "every node is laid out";
}

std::string try_efg(const std::string& bytes) {
  std::optional<tree::Tree> game;
  auto broken = read_and_write(bytes, tree::read_efg, tree::write_efg, game);
  return broken.empty() && game ? lay_out(*game) : broken;
}

std::string try_nfg(const std::string& bytes) {
  std::optional<tree::StrategicGame> game;
  auto broken = read_and_write(bytes, tree::read_nfg, tree::write_nfg, game);
  if (!broken.empty() || !game) return broken;
  const auto same = tree::to_tree(*game, 2000);
  return same ? lay_out(*same) : "";
}

std::string try_case(const std::string& bytes) {
  const language::LoadOptions options{.overlays = {}, .library_dirs = {CASUS_SOURCE_DIR "/library"}};
  auto loaded = language::load_text("fuzz", bytes, options);
  if (loaded.value.has_value() == loaded.diagnostics.has_errors()) return "a case is accepted or has an error";
  if (!loaded.diagnostics.all().empty() && !render(loaded.diagnostics, loaded.sources))
    return "every message can be shown";

  base::SourceSet sources;
  base::Diagnostics messages;
  const auto canonical = language::format_text("fuzz", bytes, sources, messages);
  if (canonical.has_value() == messages.has_errors()) return "a text has a canonical form or an error";
  if (loaded.value && !canonical) return "a case has a canonical form";
  if (canonical) {
    const auto again = language::format_text("again", *canonical, sources, messages);
    if (!again) return "the canonical form can be read:\n" + base::render_text(messages, sources, false) + *canonical;
    if (*again != *canonical) return "the canonical form stays as it is:\n" + *canonical + "\nbecomes\n" + *again;
  }
  if (!loaded.value) return "";
  if (!language::load_text("canonical", *canonical, options).value)
    return "the canonical form is a case:\n" + *canonical;

  for (uint32_t policy = 0; policy < loaded.value->policies.size() && policy < 4; ++policy) {
    base::Diagnostics more;
    const auto game = game::compile(*loaded.value, policy, more, {.most_bytes = 1e6, .lints = true});
    if (game.has_value() == more.has_errors()) return "a case compiles or has an error";
    if (!more.all().empty() && !render(more, loaded.sources)) return "every message of the compiler can be shown";
  }
  return "";
}

}  // namespace

std::string broken_promise(const std::string& format, const std::string& bytes) {
  return format == "efg" ? try_efg(bytes) : format == "nfg" ? try_nfg(bytes) : try_case(bytes);
}

}  // namespace casus::fuzz

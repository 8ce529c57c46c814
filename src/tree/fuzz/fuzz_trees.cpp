// A libFuzzer target: any bytes are read as .efg and as .nfg; what is accepted must be written and read again alike.
#include <cstdint>
#include <cstdlib>

#include "tree/efg.h"
#include "tree/nfg.h"

using namespace casus;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::SourceSet sources;
  base::Diagnostics efg_messages, nfg_messages, again_messages;
  const auto file = sources.add("fuzz", text);
  if (const auto tree = tree::read_efg(sources, file, efg_messages)) {
    const auto once = tree::write_efg(*tree);
    const auto again = tree::read_efg(sources, sources.add("again", once), again_messages);
    if (!again || tree::write_efg(*again) != once) std::abort();
  } else if (const auto game = tree::read_nfg(sources, file, nfg_messages)) {
    const auto once = tree::write_nfg(*game);
    const auto again = tree::read_nfg(sources, sources.add("again", once), again_messages);
    if (!again || tree::write_nfg(*again) != once) std::abort();
    tree::to_tree(*game, 10000);
  }
  base::render_text(efg_messages, sources, false);
  base::render_text(nfg_messages, sources, false);
  return 0;
}

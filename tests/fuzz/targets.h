// What a fuzzer throws bytes at: in, any bytes as a file of one of the three formats; out, nothing, or a message that
// says which promise was broken (a crash is one too).
#pragma once
#include <string>

namespace casus::fuzz {

// The format's name: "efg", "nfg" or "case".
inline constexpr const char* formats[] = {"efg", "nfg", "case"};

// Reads the bytes as a file of that format. Whatever is refused must have an error; a game that is accepted must be
// written and read back alike; a case that is accepted is also put into its canonical form (which must stay as it is
// when put into it again, and mean a case too) and compiled under each of its policies up to a limit on states. Returns
// the broken promise, empty if there is none.
std::string broken_promise(const std::string& format, const std::string& bytes);

}  // namespace casus::fuzz

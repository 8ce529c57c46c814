// What emscripten's library lacks of C++20; included before everything else.
#pragma once
#include <bit>
#include <cstring>
#include <version>
#ifndef __cpp_lib_bit_cast
namespace std {
template <class To, class From>
To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}
}  // namespace std
#endif

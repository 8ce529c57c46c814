// What emscripten's library lacks of C++20; included before everything else.
#pragma once
#include <bit>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>
#include <version>

namespace std {

#ifndef __cpp_lib_bit_cast
template <class To, class From>
To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}
#endif

#ifndef __cpp_lib_jthread
// To begin one throws system_error where there are no threads, and whoever begins it goes on alone.
struct jthread : thread {
  using thread::thread;
  jthread(jthread&&) = default;
  ~jthread() {
    if (joinable()) join();
  }
};
#endif

#ifndef __cpp_lib_to_chars
inline from_chars_result from_chars(const char* first, const char* last, double& value) {
  // strtod reads more: what begins with a space or a plus sign, and numbers to base 16.
  const string text(first, last);
  const size_t digits = text[0] == '-' ? 1 : 0;
  const bool more = isspace(static_cast<unsigned char>(text[digits])) || text[digits] == '+' ||
                    (digits == 1 && text[digits] == '-');
  if (more) return {first, errc::invalid_argument};
  if (text[digits] == '0' && (text[digits + 1] == 'x' || text[digits + 1] == 'X')) {
    value = 0;
    return {first + digits + 1, errc{}};
  }
  char* end = nullptr;
  errno = 0;
  const double read = strtod(text.c_str(), &end);
  if (end == text.c_str()) return {first, errc::invalid_argument};
  if (errno == ERANGE) return {first + (end - text.c_str()), errc::result_out_of_range};
  value = read;
  return {first + (end - text.c_str()), errc{}};
}
#endif

}  // namespace std

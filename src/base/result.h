// A value or one clear message: what functions return that a user's input can make fail.
#pragma once
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace casus::base {

struct Error {
  std::string message;  // one sentence: what is wrong, where, what to do
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // Asserts that there is one.
  T& value() {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  const T& value() const {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  // The message; asserts that there is no value.
  const std::string& error() const {
    assert(!ok());
    return std::get_if<1>(&content_)->message;
  }

 private:
  std::variant<T, Error> content_;
};

}  // namespace casus::base

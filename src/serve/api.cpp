#include "serve/api.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "base/hash.h"

namespace casus::serve {
namespace {

const Json* find(const Json& body, const char* field) {
  if (!body.is_object()) throw Refusal{400, "the body of the request must be a JSON object"};
  const auto at = body.find(field);
  return at == body.end() || at->is_null() ? nullptr : &*at;
}

}  // namespace

std::string text_of(const Json& body, const char* field) {
  const Json* at = find(body, field);
  if (!at || !at->is_string()) throw Refusal{400, fmt::format("the request needs a text '{}'", field)};
  return at->get<std::string>();
}

std::string text_of(const Json& body, const char* field, const std::string& otherwise) {
  return find(body, field) ? text_of(body, field) : otherwise;
}

uint64_t whole_of(const Json& body, const char* field, uint64_t otherwise, uint64_t least, uint64_t most) {
  const Json* at = find(body, field);
  if (!at) return otherwise;
  // JavaScript writes 1e3 as a real number.
  const double value = at->is_number() ? at->get<double>() : -1;
  if (!(value == std::floor(value) && value >= static_cast<double>(least) && value <= static_cast<double>(most)))
    throw Refusal{400, fmt::format("'{}' must be a whole number from {} to {}", field, least, most)};
  return at->is_number_unsigned() ? at->get<uint64_t>() : static_cast<uint64_t>(value);
}

std::vector<std::string> texts_of(const Json& body, const char* field) {
  const Json* at = find(body, field);
  if (!at) return {};
  std::vector<std::string> out;
  if (!at->is_array()) throw Refusal{400, fmt::format("'{}' must be a list of texts", field)};
  for (const auto& item : *at) {
    if (!item.is_string()) throw Refusal{400, fmt::format("'{}' must be a list of texts", field)};
    out.push_back(item.get<std::string>());
  }
  return out;
}

std::map<std::string, double> numbers_of(const Json& body, const char* field) {
  const Json* at = find(body, field);
  if (!at) return {};
  if (!at->is_object()) throw Refusal{400, fmt::format("'{}' must be an object of numbers", field)};
  std::map<std::string, double> out;
  for (const auto& [name, value] : at->items()) {
    if (!value.is_number()) throw Refusal{400, fmt::format("'{}' in '{}' must be a number", name, field)};
    out[name] = value.get<double>();
  }
  return out;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string random_name() {
  std::random_device device;
  std::string out;
  for (int i = 0; i < 4; ++i) out += fmt::format("{:08x}", device());
  return out;
}

std::string fingerprint(const std::string& bytes) {
  uint64_t hash = bytes.size();
  for (unsigned char c : bytes) hash = base::mix(hash, c);
  return fmt::format("{:016x}", hash);
}

}  // namespace casus::serve

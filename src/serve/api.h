// What every part of the workbench's server shares: in, what was set at the start; out, requests and answers free of
// any HTTP library, and the refusal that ends a request.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "study/store.h"

namespace casus::serve {

using Json = nlohmann::ordered_json;

// Ends a request with an HTTP status and one clear message; `details` are further members of the answer, as JSON.
struct Refusal {
  int status = 400;
  std::string message;
  std::string details = {};
};

// A run as it was asked for.
struct RunRequest {
  std::string path;  // of the case, in the folder
  uint64_t worlds = study::default_worlds, seed = 1;
  uint32_t points = study::default_points;
  lab::DesignKind design = lab::DesignKind::latin_hypercube;
  std::vector<std::string> policies = {}, settings = {};
};

struct Settings {
  std::filesystem::path folder;
  std::string host = "127.0.0.1";
  int port = 0;            // 0: any free one
  std::string token = {};  // asked of every request where not empty
  unsigned threads = 1;
  std::vector<std::filesystem::path> libraries;  // where `use "name"` looks, after the case's own folder
  std::filesystem::path web;                     // where workbench.html and report.html lie
};

// Fields of a request's body, checked; each throws a Refusal that names the field.
std::string text_of(const Json& body, const char* field);
std::string text_of(const Json& body, const char* field, const std::string& otherwise);
uint64_t whole_of(const Json& body, const char* field, uint64_t otherwise, uint64_t least, uint64_t most);
std::vector<std::string> texts_of(const Json& body, const char* field);  // a missing one is empty
std::map<std::string, double> numbers_of(const Json& body, const char* field);

// Text of any bytes as JSON text.
std::string dumped(const Json& json);
// 128 random bits as hexadecimal digits, for secrets and names that nobody can guess.
std::string random_name();
// Of bytes, 16 hexadecimal digits; equal for equal bytes.
std::string fingerprint(const std::string& bytes);

}  // namespace casus::serve

#include "base/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace casus::base {
namespace {

using Json = nlohmann::ordered_json;

// Reads without keeping anything, as far as the limits go. (The library's parser with a callback could refuse on its
// way too, but looks through a list again after each of its items that is a list.)
class Measure : public nlohmann::json_sax<Json> {
 public:
  std::string problem;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return open(); }
  bool start_array(size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t&) override {
    return ++members_.back() <= most_json_members ||
           refused(fmt::format("an object of the JSON has over {} members", most_json_members));
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return refused("it is no JSON");
  }

 private:
  bool open() {
    members_.push_back(0);
    return members_.size() <= most_json_depth ||
           refused(fmt::format("the JSON is nested more than {} levels deep", most_json_depth));
  }
  bool close() {
    members_.pop_back();
    return true;
  }
  bool refused(std::string why) {
    problem = std::move(why);
    return false;
  }

  std::vector<size_t> members_;  // of what is open
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
  Measure measure;
  if (!Json::sax_parse(text, &measure)) return Error{measure.problem};
  return Json::parse(text);
}

}  // namespace casus::base

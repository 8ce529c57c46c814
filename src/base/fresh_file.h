// A file written whole or not at all: in, its place and its bytes; out, the file, or the system's reason why not.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace casus::base {

// Lies under a name of its own beside its place, and takes the place only when it is whole: a full disk or a kill cost
// nothing that was there. Gone with the object if it did not take its place; nothing else is ever removed.
class FreshFile {
 public:
  // A file that stands in the place passes its permissions on; else it gets these, less the umask.
  static Result<FreshFile> beside(const std::filesystem::path& place, unsigned permissions = 0666);
  FreshFile(FreshFile&& other) noexcept;
  FreshFile& operator=(FreshFile&&) = delete;
  ~FreshFile();

  // Where it lies until then, for libraries that write by name.
  const std::filesystem::path& path() const { return path_; }
  Result<bool> write(std::string_view bytes);
  Result<bool> take_place();

 private:
  FreshFile(std::filesystem::path place, std::filesystem::path path, int file);

  std::filesystem::path place_, path_;
  int file_ = -1;  // below 0: it has taken its place, or has moved
  int kept_ = -1;  // its place among those that remove_fresh_files knows; below 0: there was no room
};

// Removes all that have not taken their place: for a program that ends at once, also from a signal's handler.
void remove_fresh_files() noexcept;

// All of this at once.
Result<bool> replace_file(const std::filesystem::path& place, std::string_view bytes, unsigned permissions = 0666);

// Nobody may write into it, whoever asks: the superuser could, but whoever took the permission away meant something.
bool write_protected(const std::filesystem::path& file);

}  // namespace casus::base

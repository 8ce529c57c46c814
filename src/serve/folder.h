// The opened folder: in, paths as a browser names them; out, texts, and nothing from outside the folder.
#pragma once
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace casus::serve {

// Every function refuses (api.h) what is not in the folder: an absolute path, a part that is "." or ".." or empty or
// begins with a full stop, a control character, a name of another kind than was asked for, a link that leads out.
class Folder {
 public:
  static constexpr size_t most_bytes = size_t{4} << 20;  // of a text
  static constexpr size_t most_files = 2000, most_depth = 8;

  // The folder must exist.
  explicit Folder(const std::filesystem::path& root);
  const std::filesystem::path& root() const { return root_; }

  // Names of all files with the extension, sorted; folders that are links are not entered.
  std::vector<std::string> list(const std::string& extension) const;
  // Where a file of the folder lies; it need not exist if `must_exist` is false.
  std::filesystem::path file(const std::string& path, const std::string& extension, bool must_exist = true) const;

  std::string read(const std::string& path) const;  // a .casus file
  // Writes a .casus file whole or not at all, if what is there has the fingerprint `version` ("": nothing is there);
  // else a refusal 409 with the present version. Returns the new version.
  std::string write(const std::string& path, const std::string& text, const std::string& version);

 private:
  std::filesystem::path root_;
  std::mutex writing_;
};

// Writes beside the file first and then takes its place, so that a full disk or a kill cost nothing. Throws a Refusal
// (500) that says what failed. A file that is not there yet gets these permissions.
void write_whole(const std::filesystem::path& file, const std::string& bytes, unsigned permissions = 0644);
std::string read_whole(const std::filesystem::path& file, size_t most);

}  // namespace casus::serve

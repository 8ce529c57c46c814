#include "serve/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/fresh_file.h"
#include "serve/api.h"

namespace casus::serve {
namespace {

namespace fs = std::filesystem;

void refuse_odd_name(const std::string& path, const std::string& extension) {
  const auto refuse = [&](const char* why) { throw Refusal{403, fmt::format("no file of this folder: {}", why)}; };
  if (path.empty() || path.size() > 1000) refuse("its name is empty or too long");
  for (unsigned char c : path)
    if (c < 0x20 || c == 0x7F || c == '\\') refuse("its name has a control character or a backslash");
  if (path.front() == '/') refuse("name it relative to the folder");
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    if (end == at) refuse("its name has an empty part");
    if (path[at] == '.') refuse("a part of its name begins with a full stop");
    at = end + 1;
  }
  if (!path.ends_with(extension)) throw Refusal{403, fmt::format("'{}' does not end in {}", path, extension)};
}

bool beneath(const fs::path& root, const fs::path& path) {
  const auto [end, ignored] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end == root.end();
}

}  // namespace

Folder::Folder(const fs::path& root) : root_(fs::canonical(root)) {}

fs::path Folder::file(const std::string& path, const std::string& extension, bool must_exist) const {
  refuse_odd_name(path, extension);
  std::error_code error;
  auto real = fs::weakly_canonical(root_ / path, error);
  if (error || !beneath(root_, real)) throw Refusal{403, fmt::format("'{}' leads out of the opened folder", path)};
  const auto status = fs::status(root_ / path, error);
  if (!fs::exists(status)) {
    // A link to nowhere would be written through.
    if (fs::is_symlink(fs::symlink_status(root_ / path, error)))
      throw Refusal{403, fmt::format("'{}' is a link to nowhere", path)};
    if (must_exist) throw Refusal{404, fmt::format("there is no '{}' in the opened folder", path)};
  } else if (!fs::is_regular_file(status)) {
    throw Refusal{403, fmt::format("'{}' is no file", path)};
  }
  return real;
}

std::vector<std::string> Folder::list(const std::string& extension) const {
  std::vector<std::string> out;
  std::error_code error;
  auto at = fs::recursive_directory_iterator(root_, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const auto name = at->path().filename().string();
    if (name.starts_with('.') || name == "node_modules" || at.depth() >= static_cast<int>(most_depth)) {
      at.disable_recursion_pending();
      continue;
    }
    if (at->path().extension() != extension) continue;
    std::error_code ignored;
    const auto real = fs::weakly_canonical(at->path(), ignored);
    if (ignored || !beneath(root_, real) || !fs::is_regular_file(real, ignored)) continue;
    out.push_back(at->path().lexically_relative(root_).generic_string());
    if (out.size() == most_files) break;
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Folder::read(const std::string& path) const {
  return read_whole(file(path, ".casus"), most_bytes);
}

std::string Folder::write(const std::string& path, const std::string& text, const std::string& version) {
  if (text.size() > most_bytes)
    throw Refusal{413, fmt::format("a text may have at most {} bytes, this one has {}", most_bytes, text.size())};
  const auto where = file(path, ".casus", false);
  const std::lock_guard hold(writing_);
  std::error_code error;
  const bool there = fs::exists(where, error);
  const auto present = there ? fingerprint(read_whole(where, most_bytes)) : "";
  if (present != version)
    throw Refusal{409,
                  version.empty() ? fmt::format("there is a file '{}' already", path)
                  : there         ? fmt::format("'{}' has changed on disk since it was read here", path)
                                  : fmt::format("'{}' is not there any more", path),
                  dumped(Json{{"version", present}})};
  if (there && base::write_protected(where))
    throw Refusal{403, fmt::format("'{}' is write-protected; save under another name, or allow writing", path)};
  fs::create_directories(where.parent_path(), error);
  write_whole(where, text);
  return fingerprint(text);
}

void write_whole(const fs::path& file, const std::string& bytes, unsigned permissions) {
  const auto written = base::replace_file(file, bytes, permissions);
  if (!written) throw Refusal{500, fmt::format("cannot write '{}': {}", file.filename().string(), written.error())};
}

std::string read_whole(const fs::path& file, size_t most) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Refusal{404, fmt::format("cannot read '{}': {}", file.filename().string(), std::strerror(errno))};
  std::string text(most + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > most)
    throw Refusal{413, fmt::format("'{}' has more than {} bytes", file.filename().string(), most)};
  return text;
}

}  // namespace casus::serve

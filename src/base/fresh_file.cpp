#include "base/fresh_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>
#include <utility>

namespace casus::base {
namespace {

Error reason(int code) {
  return {std::generic_category().message(code)};
}

// Names of the files under way, where a handler of signals can read them.
struct Kept {
  std::atomic<int> state{0};  // 0: free; 1: being written; 2: there
  std::array<char, 4096> path{};
};
std::array<Kept, 16> kept;
static_assert(std::atomic<int>::is_always_lock_free);

int keep(const std::filesystem::path& path) {
  if (path.native().size() >= kept[0].path.size()) return -1;
  for (size_t k = 0; k < kept.size(); ++k) {
    int free = 0;
    if (!kept[k].state.compare_exchange_strong(free, 1)) continue;
    std::memcpy(kept[k].path.data(), path.c_str(), path.native().size() + 1);
    kept[k].state = 2;
    return static_cast<int>(k);
  }
  return -1;
}

void forget(int& place) {
  if (place >= 0) kept[static_cast<size_t>(place)].state = 0;
  place = -1;
}

}  // namespace

void remove_fresh_files() noexcept {
  for (auto& k : kept)
    if (k.state == 2) unlink(k.path.data());
}

FreshFile::FreshFile(std::filesystem::path place, std::filesystem::path path, int file)
    : place_(std::move(place)), path_(std::move(path)), file_(file), kept_(keep(path_)) {}

Result<FreshFile> FreshFile::beside(const std::filesystem::path& place, unsigned permissions) {
  struct stat old {};
  const bool there = stat(place.c_str(), &old) == 0;
  std::random_device random;
  while (true) {
    // Not after the place's name, which may be as long as a name can be.
    auto path = place.parent_path() / fmt::format(".casus-{:08x}.new", random());
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
    if (file < 0 && errno == EEXIST) continue;
    if (file < 0) return Error{fmt::format("no file can be made beside it: {}", reason(errno).message)};
    FreshFile out(place, std::move(path), file);
    if (there) {
      // The owner first: changing it takes permissions away. Only the superuser can give a file to another.
      [[maybe_unused]] const int owned = fchown(file, old.st_uid, old.st_gid);
      if (fchmod(file, old.st_mode & 07777) != 0) return reason(errno);
    }
    return out;
  }
}

FreshFile::FreshFile(FreshFile&& other) noexcept
    : place_(std::move(other.place_)),
      path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      kept_(std::exchange(other.kept_, -1)) {}

FreshFile::~FreshFile() {
  if (file_ < 0) return;
  close(file_);
  unlink(path_.c_str());
  forget(kept_);
}

Result<bool> FreshFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return reason(written < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

Result<bool> FreshFile::take_place() {
  if (fsync(file_) != 0) return reason(errno);
  if (rename(path_.c_str(), place_.c_str()) != 0) return reason(errno);
  forget(kept_);
  close(std::exchange(file_, -1));
  return true;
}

Result<bool> replace_file(const std::filesystem::path& place, std::string_view bytes, unsigned permissions) {
  auto file = FreshFile::beside(place, permissions);
  if (!file) return Error{file.error()};
  if (auto written = file->write(bytes); !written) return written;
  return file->take_place();
}

bool write_protected(const std::filesystem::path& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return false;
  return (found.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0 || access(file.c_str(), W_OK) != 0;
}

}  // namespace casus::base

#include "base/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.h"

namespace freshframe {

namespace {

std::error_code last_error() {
  return {errno, std::generic_category()};
}

/// Writes it beside `path`, under the name that is put into `temporary`.
std::error_code write_beside(const std::filesystem::path& path, std::string_view content,
                             mode_t mode, std::string& temporary) {
  temporary = path.string() + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // with mode 0600
  if (file < 0) {
    temporary.clear();
    return last_error();
  }
  std::error_code error;
  while (!error && !content.empty()) {
    const ssize_t size = ::write(file, content.data(), content.size());
    if (size < 0 && errno != EINTR) {
      error = last_error();
    } else if (size > 0) {
      content.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  // To the disk before it gets its name, so that a power cut leaves no empty file under it.
  if (!error && (::fchmod(file, mode) != 0 || ::fsync(file) != 0)) {
    error = last_error();
  }
  ::close(file);
  if (error) {
    ::unlink(temporary.c_str());
  }
  return error;
}

}  // namespace

std::error_code write_new_private_file(const std::filesystem::path& path,
                                       std::string_view content) {
  std::string temporary;
  std::error_code error = write_beside(path, content, S_IRUSR | S_IWUSR, temporary);
  if (!error) {
    // Not rename(): where two programs start at the same time, both must take the first one's.
    if (::link(temporary.c_str(), path.c_str()) != 0) {
      error = last_error();
    } else if (const UniqueFd folder(
                   ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
               folder) {
      ::fsync(folder.get());
    }
    ::unlink(temporary.c_str());
  }
  return error;
}

std::error_code replace_file(const std::filesystem::path& path, std::string_view content) {
  std::string temporary;
  std::error_code error =
      write_beside(path, content, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, temporary);
  if (!error && ::rename(temporary.c_str(), path.c_str()) != 0) {
    error = last_error();
    ::unlink(temporary.c_str());
  }
  return error;
}

boost::system::result<std::string, std::error_code> read_small_file(
    const std::filesystem::path& path) {
  constexpr std::size_t kMostBytes = std::size_t{64} * 1024;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return last_error();
  }
  std::string content(kMostBytes, '\0');
  const ssize_t size = ::read(file, content.data(), content.size());
  const std::error_code error = last_error();
  ::close(file);
  if (size < 0) {
    return error;
  }
  content.resize(static_cast<std::size_t>(size));
  return content;
}

}  // namespace freshframe

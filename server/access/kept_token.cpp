#include "access/kept_token.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/unique_fd.h"

#include "access/environment.h"
#include "access/token.h"

namespace freshframe {

namespace {

constexpr std::string_view kWhatElse =
    "; name a folder that this user may write to with --state-directory DIR, or a token of your "
    "own with --view-token-file FILE";

Failure cannot_keep(const std::string& where, int error) {
  return {Failure::Kind::kMisconfigured, "no view token can be kept in " + where + ": " +
                                             std::generic_category().message(error) +
                                             std::string(kWhatElse)};
}

/// Makes the folder and those above it, each the user's alone.
int make_directories(const std::filesystem::path& path) {
  if (path.empty() || path == path.root_path()) {
    return 0;
  }
  if (mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) {
    return 0;
  }
  if (errno != ENOENT) {
    return errno;
  }
  if (const int error = make_directories(path.parent_path()); error != 0) {
    return error;
  }
  return mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST ? 0 : errno;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// A new file, and the name under which it lies until it is whole.
struct DraftFile {
  explicit DraftFile(std::string pattern) : path(std::move(pattern)) {
    file = UniqueFd(mkostemp(path.data(), O_CLOEXEC));  // 0600
  }
  ~DraftFile() {
    if (file) {
      unlink(path.c_str());
    }
  }
  DraftFile(const DraftFile&) = delete;
  DraftFile& operator=(const DraftFile&) = delete;

  std::string path;
  UniqueFd file;
};

/// Makes a token at `path` unless there is something by that name meanwhile. An errno, or 0.
int make_token_file(const std::string& directory, const std::string& path) {
  const DraftFile draft(path + ".XXXXXX");
  if (!draft.file) {
    return errno;
  }
  const Secret token = make_token();
  if (!write_all(draft.file.get(), token.text()) || !write_all(draft.file.get(), "\n") ||
      fsync(draft.file.get()) != 0) {
    return errno;
  }
  // Not rename(): where two programs start at the same time, both must take the first one's.
  if (link(draft.path.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    return errno;
  }
  const UniqueFd folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) {
    fsync(folder.get());
  }
  return 0;
}

}  // namespace

Result<GivenTokens> kept_view_token(const std::string& directory) {
  const std::string path = directory + "/" + std::string(kKeptTokenName);
  if (access(path.c_str(), F_OK) != 0) {
    int error = make_directories(directory);
    if (error == 0) {
      error = make_token_file(directory, path);
    }
    if (error != 0) {
      return cannot_keep(directory, error);
    }
  }
  Result<GivenTokens> kept = tokens_from_file(path, path);
  if (!kept) {
    return Failure{kept.error().kind, kept.error().reason +
                                          ". It is the view token that this server made; without "
                                          "the file it makes another"};
  }
  return kept;
}

}  // namespace freshframe

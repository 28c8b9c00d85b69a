#include "base/state_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace freshframe {

namespace {

namespace fs = std::filesystem;

/// A path from the environment. A relative one means nothing: which folder it starts in is chance.
std::optional<fs::path> absolute_path_from(const char* variable) {
  // Safe while nobody changes the environment, which nothing here does.
  const char* const value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) {
    return std::nullopt;
  }
  // systemd puts a colon between several.
  const std::string text = value;
  fs::path path = text.substr(0, text.find(':'));
  return path.is_absolute() ? std::optional(std::move(path)) : std::nullopt;
}

std::optional<fs::path> usual_path() {
  if (auto given = absolute_path_from("STATE_DIRECTORY")) {
    return given;
  }
  if (const auto state = absolute_path_from("XDG_STATE_HOME")) {
    return *state / "freshframe";
  }
  if (const auto home = absolute_path_from("HOME")) {
    return *home / ".local/state/freshframe";
  }
  return std::nullopt;
}

Failure no_folder(const fs::path& path, const std::string& problem, const std::error_code& error) {
  return {Failure::Kind::kNoPermission,
          "the folder " + path.string() + " " + problem + " (" + error.message() +
              "); name another that this user may write to with --state-directory DIR"};
}

}  // namespace

Result<fs::path> state_directory_path(const std::string& chosen) {
  std::optional<fs::path> path = chosen.empty() ? usual_path() : fs::path(chosen);
  if (!path) {
    return Failure{Failure::Kind::kMisconfigured,
                   "there is no folder to keep files in; name one that this user may write to with "
                   "--state-directory DIR"};
  }
  return *std::move(path);
}

Result<fs::path> state_directory(const std::string& chosen) {
  Result<fs::path> path = state_directory_path(chosen);
  if (!path) {
    return path;
  }
  std::error_code error;
  fs::create_directories(path->parent_path(), error);
  if (!error && ::mkdir(path->c_str(), S_IRWXU) != 0 && !fs::is_directory(*path, error)) {
    error = std::make_error_code(std::errc::not_a_directory);
    if (!fs::exists(*path)) {
      error = {errno, std::generic_category()};
    }
  }
  if (error) {
    return no_folder(*path, "cannot be made", error);
  }
  return *path;
}

Result<void> check_state_directory(const std::string& chosen) {
  const Result<fs::path> path = state_directory_path(chosen);
  if (!path) {
    return path.error();
  }
  // What is there of it already; the rest would be made in that.
  std::error_code error;
  fs::path there = fs::absolute(*path, error);
  while (!error && there.has_relative_path() &&
         fs::symlink_status(there, error).type() == fs::file_type::not_found) {
    error.clear();
    there = there.parent_path();
  }
  if (!error && !fs::is_directory(there, error)) {
    error = std::make_error_code(std::errc::not_a_directory);
  }
  if (!error && ::access(there.c_str(), W_OK | X_OK) != 0) {
    error = {errno, std::generic_category()};
  }
  if (error) {
    return no_folder(*path, there == *path ? "cannot be written to" : "cannot be made", error);
  }
  return {};
}

}  // namespace freshframe

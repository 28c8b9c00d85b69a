#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <boost/system/result.hpp>

namespace freshframe {

/// Writes a file that only this user may read (0600). It appears whole or not at all, and never in
/// place of one that is there: fails with file_exists then.
std::error_code write_new_private_file(const std::filesystem::path& path, std::string_view content);

/// Writes a file that all may read (0644), in place of one that is there, whole or not at all.
std::error_code replace_file(const std::filesystem::path& path, std::string_view content);

/// What a file holds, up to 64 KiB of it.
boost::system::result<std::string, std::error_code> read_small_file(
    const std::filesystem::path& path);

}  // namespace freshframe

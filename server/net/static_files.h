#pragma once

#include <span>
#include <string_view>

namespace freshframe {

/// A file of client-web/, as the program carries it.
struct StaticFile {
  std::string_view name;
  std::string_view content_type;
  /// Changes with the bytes; in quotes, as RFC 9110, section 8.8.3 writes it.
  std::string_view entity_tag;
  std::string_view bytes;
};

/// All of them. Thread-safe.
std::span<const StaticFile> static_files();

/// The file that is served at `path`: "/" is index.html, "/NAME" is NAME. Null when there is none.
const StaticFile* find_static_file(std::string_view path);

}  // namespace freshframe

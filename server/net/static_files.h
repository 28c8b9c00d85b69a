#pragma once

#include <span>
#include <string_view>

namespace freshframe {

/// A file of client-web/ or of proto/, as the program carries it, or a list of what is in a folder.
struct StaticFile {
  /// Where it is served: "/" is the page, "/protocol/" the protocol in prose, "/protocol/golden/" a
  /// list of what is in that folder.
  std::string_view path;
  std::string_view content_type;
  /// Changes with the bytes; in quotes, as RFC 9110, section 8.8.3 writes it.
  std::string_view entity_tag;
  std::string_view bytes;
};

/// All of them. Thread-safe.
std::span<const StaticFile> static_files();

/// Null when nothing is served at `path`.
const StaticFile* find_static_file(std::string_view path);

}  // namespace freshframe

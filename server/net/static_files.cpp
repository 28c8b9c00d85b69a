#include "net/static_files.h"

namespace freshframe {

const StaticFile* find_static_file(std::string_view path) {
  if (!path.starts_with('/')) {
    return nullptr;
  }
  path.remove_prefix(1);
  const std::string_view name = path.empty() ? "index.html" : path;
  for (const StaticFile& file : static_files()) {
    if (file.name == name) {
      return &file;
    }
  }
  return nullptr;
}

}  // namespace freshframe

#include "net/static_files.h"

namespace freshframe {

const StaticFile* find_static_file(std::string_view path) {
  for (const StaticFile& file : static_files()) {
    if (file.path == path) {
      return &file;
    }
  }
  return nullptr;
}

}  // namespace freshframe

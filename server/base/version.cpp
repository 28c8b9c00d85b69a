#include "base/version.h"

namespace freshframe {

// The build passes the version to this file alone, so that a new version recompiles one file.
std::string_view freshframe_version() {
  return FRESHFRAME_VERSION;
}

}  // namespace freshframe

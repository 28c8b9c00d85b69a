#include "capture/libcamera_source.h"

namespace freshframe {

std::vector<CameraIdentity> identities_of(const std::vector<LibcameraDescription>& cameras) {
  std::vector<CameraIdentity> identities;
  identities.reserve(cameras.size());
  for (const LibcameraDescription& camera : cameras) {
    identities.push_back(camera.identity);
  }
  return identities;
}

}  // namespace freshframe

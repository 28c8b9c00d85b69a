#include "publish/frame_too_large.h"

#include <string>

namespace freshframe {

ProtocolError frame_too_large(std::size_t most) {
  return {ProtocolError::Code::kImageTooLarge,
          "a frame may have at most " + std::to_string(most >> 20) +
              " MiB: if these are raw pixels, encode first, e.g. ok, buf = cv2.imencode('.jpg', "
              "img); if it is an image file, make the picture smaller or lower its quality",
          "frame",
          {}};
}

}  // namespace freshframe

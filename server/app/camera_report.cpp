#include "app/camera_report.h"

#include <cstddef>
#include <sstream>

#include "capture/libcamera_source.h"

namespace freshframe {

Result<std::string> camera_report() {
  const auto cameras = list_libcamera_cameras();
  if (!cameras) {
    return cameras.error();
  }
  std::ostringstream text;
  if (cameras->empty()) {
    text << "libcamera " << libcamera_version() << " found no camera.\n";
  }
  for (std::size_t i = 0; i < cameras->size(); ++i) {
    const LibcameraDescription& camera = (*cameras)[i];
    text << i << ": " << camera.model << "\n"
         << "   --camera 'libcamera:" << camera.id << "'\n";
    for (const LibcameraDescription::Format& format : camera.formats) {
      text << "   " << (format.format ? to_string(*format.format) : format.name)
           << (format.format ? "" : " (not usable here)") << ":";
      for (const Size& size : format.sizes) {
        text << " " << size.width_px << "x" << size.height_px;
      }
      text << "\n";
    }
  }
  text << "Always there: --camera pattern (a test picture)\n";
  return text.str();
}

}  // namespace freshframe

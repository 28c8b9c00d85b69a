#include "capture/libcamera_source.h"

// What libcamera_source.h promises, for builds without libcamera.

namespace freshframe {
namespace {

Failure built_without_libcamera() {
  return {Failure::Kind::kMisconfigured,
          "this program was built without libcamera; install libcamera-dev and build it again, or "
          "use the camera \"pattern\""};
}

class AbsentSource final : public FrameSource {
 public:
  Result<StreamFormat> start(SourceEvents) override { return built_without_libcamera(); }
  void stop() override {}
  std::string description() const override { return "libcamera, which is not built in"; }
};

}  // namespace

std::string libcamera_version() {
  return {};
}

Result<std::vector<LibcameraDescription>> list_libcamera_cameras() {
  return built_without_libcamera();
}

std::unique_ptr<FrameSource> make_libcamera_source(const LibcameraRequest&) {
  return std::make_unique<AbsentSource>();
}

}  // namespace freshframe

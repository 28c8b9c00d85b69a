#include "encode/hardware_first_encoder.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include "encode/plane_shapes.h"
#include "encode/v4l2_device_search.h"

namespace freshframe {
namespace {

constexpr int kStrainOfFailure = 10;
constexpr int kMostStrain = 30;

}  // namespace

HardwareFirstEncoder::HardwareFirstEncoder(const V4l2Calls& calls, PixelFormat format,
                                           int quality_percent, bool is_required,
                                           std::unique_ptr<JpegEncoder> software)
    : calls_(calls),
      format_(format),
      quality_percent_(quality_percent),
      is_required_(is_required),
      software_(std::move(software)),
      is_closing_(std::make_shared<std::atomic<bool>>(false)),
      look_at_(calls.now()),
      report_{.name = software_->report().name} {}

HardwareFirstEncoder::~HardwareFirstEncoder() = default;

boost::system::result<std::span<const std::byte>, EncodeError> HardwareFirstEncoder::encode(
    const Frame& frame) {
  if (frame.info().format != format_ || !planes_hold_the_picture(frame)) {
    return EncodeError::kWrongShape;
  }
  if (device_ == nullptr && look_at_ && calls_.now() >= *look_at_ && !*is_closing_) {
    look_for_a_device();
  }
  if (device_ != nullptr) {
    const auto picture = device_->encode(frame);
    if (picture) {
      strain_ = std::max(0, strain_ - 1);
      report_.name = device_->device().name();
      report_.reason.clear();
      return *picture;
    }
    note_failure(picture.error());
  }
  return software_->encode(frame);
}

void HardwareFirstEncoder::look_for_a_device() {
  auto found = find_v4l2_encoder(calls_);
  if (!found) {
    // Not there is not a failure: one is looked for again when the camera starts again.
    look_at_.reset();
    const bool might_be_there = found.error().kind == Failure::Kind::kNoPermission;
    use_software(found.error().reason, is_required_ || might_be_there);
    return;
  }
  device_ = std::make_unique<V4l2JpegEncoder>(calls_, *std::move(found), quality_percent_);
  device_since_ = calls_.now();
  strain_ = 0;
}

void HardwareFirstEncoder::note_failure(const V4l2Flaw& flaw) {
  if (flaw.kind != V4l2Flaw::Kind::kUnfit) {
    ++report_.hardware_failures;
    report_.last_hardware_failure = flaw.reason;
    strain_ += kStrainOfFailure;
  }
  if (flaw.kind != V4l2Flaw::Kind::kFrame || strain_ >= kMostStrain) {
    give_up(flaw);
  }
}

void HardwareFirstEncoder::give_up(const V4l2Flaw& flaw) {
  const std::string name = device_->device().name();
  if (flaw.kind == V4l2Flaw::Kind::kHung) {
    *is_closing_ = true;
    std::thread([device = std::move(device_), is_closing = is_closing_]() mutable {
      device.reset();
      *is_closing = false;
    }).detach();
  }
  device_.reset();
  if (flaw.kind == V4l2Flaw::Kind::kUnfit) {
    look_at_.reset();
    use_software("the hardware JPEG encoder " + name + " cannot be used: " + flaw.reason,
                 is_required_);
    return;
  }
  const auto now = calls_.now();
  if (now - device_since_ >= pause_) {
    pause_ = kShortestPause;
  }
  look_at_ = now + pause_;
  use_software("the hardware JPEG encoder " + name + " failed: " + flaw.reason +
                   "; pictures are encoded in software, and it is tried again in " +
                   std::to_string(pause_.count()) + " s",
               true);
  pause_ = std::min(pause_ * 2, kLongestPause);
}

void HardwareFirstEncoder::use_software(const std::string& why, bool is_worth_telling) {
  report_.name = software_->report().name;
  report_.reason = is_worth_telling ? why : "";
  if (!is_worth_telling) {
    spdlog::debug("pictures are encoded in software: {}", why);
  }
}

}  // namespace freshframe

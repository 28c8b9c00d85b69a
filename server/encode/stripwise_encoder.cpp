#include "encode/stripwise_encoder.h"

#include <algorithm>
#include <new>
#include <utility>

#include <spdlog/spdlog.h>

#include "encode/join_strips.h"
#include "encode/plane_shapes.h"

namespace freshframe {

StripwiseEncoder::StripwiseEncoder(std::size_t threads, MakeEncoder make_encoder,
                                   HelperThreads::Start start_thread)
    : make_encoder_(std::move(make_encoder)),
      start_thread_(std::move(start_thread)),
      threads_(threads),
      whole_(make_encoder_()) {}

boost::system::result<std::span<const std::byte>, EncodeError> StripwiseEncoder::encode(
    const Frame& frame) {
  const std::size_t strips = planes_hold_the_picture(frame) ? strips_for(frame.info()) : 1;
  if (strips < 2) {
    return whole_->encode(frame);
  }
  if (encode_strips(frame, strips)) {
    return std::span<const std::byte>(joined_);
  }
  const auto image = whole_->encode(frame);
  if (image) {
    // It would fail again, and each frame would be encoded twice.
    give_up_strips();
  }
  return image;
}

std::size_t StripwiseEncoder::strips_for(const FrameInfo& info) {
  const auto worth_making = [&] {
    return strips_worth_making(info.width_px, info.height_px, threads_);
  };
  if (worth_making() > 1 && !helpers_) {
    start_helpers();
  }
  return worth_making();
}

void StripwiseEncoder::start_helpers() {
  helpers_.emplace(threads_ - 1, "encode-strips", start_thread_);
  const std::size_t there = helpers_->size() + 1;
  if (there < threads_) {
    spdlog::warn("only {} of {} threads could be started to encode a camera's frames", there,
                 threads_);
  }
  threads_ = there;
}

bool StripwiseEncoder::encode_strips(const Frame& frame, std::size_t strips) {
  const FrameInfo& info = frame.info();
  const StripPlan plan = cut_in_strips(info.format, info.width_px, info.height_px, strips);
  while (strip_encoders_.size() < plan.count) {
    strip_encoders_.push_back(make_encoder_());
  }
  strips_.assign(plan.count, {});
  helpers_->run(plan.count, [&](std::size_t index) { encode_strip(frame, plan, index); });
  const bool all_are_there =
      std::ranges::none_of(strips_, [](const auto& strip) { return strip.empty(); });
  return all_are_there && join_strips(strips_, info.height_px, plan.restart_interval_mcus, joined_);
}

void StripwiseEncoder::encode_strip(const Frame& frame, const StripPlan& plan, std::size_t index) {
  try {
    const Frame strip = strip_of(frame, plan, index);
    if (const auto image = strip_encoders_[index]->encode(strip)) {
      strips_[index] = *image;
    }
  } catch (const std::bad_alloc&) {
    // The strip stays empty: as if the encoder had failed.
  }
}

void StripwiseEncoder::give_up_strips() {
  spdlog::warn("encoding a camera's frames in strips failed; one thread encodes them now");
  threads_ = 1;
  helpers_.reset();
  strip_encoders_.clear();
}

}  // namespace freshframe

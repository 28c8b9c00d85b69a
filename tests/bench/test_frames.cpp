#include "test_frames.h"

#include <map>
#include <utility>

#include "capture/pattern_frames.h"
#include "message/frame_message.h"

namespace freshframe::bench {

Frame pattern_frame(PixelFormat format, std::uint64_t sequence) {
  static std::map<PixelFormat, PatternFrames> painted;
  PatternFrames& frames = painted.try_emplace(format, k720p, format).first->second;
  const UnixTime morning(std::chrono::seconds(1'700'000'000));
  std::optional<Frame> frame = frames.make(sequence, morning + std::chrono::seconds(sequence));
  // Nobody here holds as many frames as there are buffers.
  return std::move(frame).value();
}

std::vector<std::byte> pattern_jpeg(std::uint64_t sequence) {
  const Frame frame = pattern_frame(PixelFormat::kMjpeg, sequence);
  const std::span<const std::byte> bytes = frame.planes()[0].bytes;
  return {bytes.begin(), bytes.end()};
}

Picture picture_of(WireForm form, const FrameInfo& info, std::span<const std::byte> jpeg) {
  WireForms forms;
  forms.add(form);
  return make_picture("cam0", info, "image/jpeg", jpeg, forms);
}

std::string message_of(WireForm form, const Picture& picture) {
  std::string text;
  const FrameMessage message(picture, form, 0, UnixTime::duration::zero());
  for (const std::string_view part : message.parts()) {
    text += part;
  }
  return text;
}

}  // namespace freshframe::bench

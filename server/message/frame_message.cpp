#include "message/frame_message.h"

#include <cstring>
#include <string>

#include <nlohmann/json.hpp>

#include "message/base64.h"

namespace freshframe {

namespace {

/// The message up to the first letter of the image.
std::string head_of(std::string_view camera, const FrameInfo& info, std::string_view mime) {
  const nlohmann::ordered_json members{
      {"type", "frame"},
      {"camera", camera},
      {"sequence", info.sequence},
      {"captured_us", info.captured.time_since_epoch().count()},
      {"width", info.width_px},
      {"height", info.height_px},
      {"mime", mime},
  };
  std::string head = members.dump();
  head.pop_back();  // the closing brace comes after the image
  head += R"(,"data":")";
  return head;
}

}  // namespace

Bytes make_json_frame(std::string_view camera, const FrameInfo& info, std::string_view mime,
                      std::span<const std::byte> image) {
  constexpr std::string_view kTail = "\"}";
  const std::string head = head_of(camera, info, mime);
  const std::size_t letters = base64_size(image.size());

  Bytes message(head.size() + letters + kTail.size());
  std::memcpy(message.data(), head.data(), head.size());
  base64_encode(image, message.data() + head.size());
  std::memcpy(message.data() + head.size() + letters, kTail.data(), kTail.size());
  return message;
}

}  // namespace freshframe

#include "message/frame_message.h"

#include <cassert>
#include <charconv>
#include <cstring>
#include <string>

#include <nlohmann/json.hpp>

#include "message/base64.h"

namespace freshframe {

namespace {

Bytes make_head(std::string_view camera, const FrameInfo& info, std::string_view mime) {
  nlohmann::ordered_json members{
      {"type", "frame"},
      {"camera", camera},
      {"sequence", info.sequence},
      {"captured_us", info.captured.time_since_epoch().count()},
      {"width", info.width_px},
      {"height", info.height_px},
      {"mime", mime},
  };
  if (info.exposure_time) {
    members["exposure_us"] = info.exposure_time->count();
  }
  if (info.analogue_gain) {
    members["analogue_gain"] = *info.analogue_gain;
  }
  if (info.lens_position_dioptres) {
    members["lens_position_dioptres"] = *info.lens_position_dioptres;
  }
  if (info.settling) {
    members["settling"] = true;
  }
  std::string head = members.dump();
  head.pop_back();  // the closing brace comes after the viewer's own members
  return Bytes::copy_of(std::string_view(head));
}

Bytes make_json_data(std::span<const std::byte> image) {
  constexpr std::string_view kBefore = R"(,"data":")";
  constexpr std::string_view kBehind = "\"}";
  const std::size_t letters = base64_size(image.size());

  Bytes data(kBefore.size() + letters + kBehind.size());
  std::memcpy(data.data(), kBefore.data(), kBefore.size());
  base64_encode(image, data.data() + kBefore.size());
  std::memcpy(data.data() + kBefore.size() + letters, kBehind.data(), kBehind.size());
  return data;
}

}  // namespace

Picture make_picture(std::string_view camera, const FrameInfo& info, std::string_view mime,
                     std::span<const std::byte> image, WireForms wanted) {
  Picture picture{.sequence = info.sequence,
                  .captured = info.captured,
                  .width_px = info.width_px,
                  .height_px = info.height_px,
                  .head = make_head(camera, info, mime),
                  .json_data = {},
                  .image = {}};
  if (wanted.has(WireForm::kJson)) {
    picture.json_data = make_json_data(image);
  }
  if (wanted.has(WireForm::kBinary)) {
    picture.image = Bytes::copy_of(image);
  }
  return picture;
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): version 14 loses sight of the owner.

FrameMessage::FrameMessage(const Picture& picture, WireForm form, std::uint64_t dropped) {
  assert(picture.has(form));
  constexpr std::string_view kDropped = R"(,"dropped":)";
  char* end = std::copy(kDropped.begin(), kDropped.end(), own_members_.begin());
  end = std::to_chars(end, own_members_.end() - 1, dropped).ptr;

  if (form == WireForm::kJson) {
    const std::string_view own(own_members_.data(), end);
    parts_ = {std::string_view(), picture.head.view(), own, picture.json_data.view()};
    return;
  }
  *end++ = '}';
  const std::string_view own(own_members_.data(), end);
  const auto length = static_cast<std::uint32_t>(picture.head.size() + own.size());
  for (std::size_t i = 0; i < head_length_.size(); ++i) {
    head_length_[i] = static_cast<char>(length >> (24 - 8 * i) & 0xFF);
  }
  parts_ = {std::string_view(head_length_.data(), head_length_.size()), picture.head.view(), own,
            picture.image.view()};
}

}  // namespace freshframe

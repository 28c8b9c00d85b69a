#include "message/frame_message.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstring>
#include <string>

#include <nlohmann/json.hpp>

#include "message/base64.h"
#include "message/base64_deflate.h"

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

constexpr std::string_view kBeforeLetters = R"(,"data":")";
constexpr std::string_view kBehindLetters = "\"}";

Bytes make_json_data(std::span<const std::byte> image) {
  const std::size_t letters = base64_size(image.size());

  Bytes data(kBeforeLetters.size() + letters + kBehindLetters.size());
  std::memcpy(data.data(), kBeforeLetters.data(), kBeforeLetters.size());
  base64_encode(image, data.data() + kBeforeLetters.size());
  std::memcpy(data.data() + kBeforeLetters.size() + letters, kBehindLetters.data(),
              kBehindLetters.size());
  return data;
}

Bytes make_deflated_data(std::span<const std::byte> image) {
  Bytes data(deflated_base64_size_most(image.size(), kBehindLetters.size()));
  data.shorten_to(deflate_base64(image, kBehindLetters, data.data()));
  return data;
}

}  // namespace

Picture make_picture(std::string_view camera, const FrameInfo& info, std::string_view mime,
                     std::span<const std::byte> image, WireForms wanted) {
  Picture picture{.sequence = info.sequence,
                  .captured = info.captured,
                  .width_px = info.width_px,
                  .height_px = info.height_px,
                  .mime = mime,
                  .head = make_head(camera, info, mime),
                  .json_data = {},
                  .image = {},
                  .deflated_data = {}};
  for (const WireForm form : {WireForm::kJson, WireForm::kBinary, WireForm::kDeflatedJson}) {
    if (wanted.has(form)) {
      add_form(picture, form, image);
    }
  }
  return picture;
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): version 14 loses sight of the owner.

void add_form(Picture& picture, WireForm form, std::span<const std::byte> image) {
  switch (form) {
    case WireForm::kJson:
      picture.json_data = make_json_data(image);
      return;
    case WireForm::kBinary:
      picture.image = Bytes::copy_of(image);
      return;
    case WireForm::kDeflatedJson:
      picture.deflated_data = make_deflated_data(image);
      return;
  }
}

FrameMessage::FrameMessage(const Picture& picture, WireForm form, std::uint64_t dropped,
                           UnixTime::duration age) {
  assert(picture.has(form));
  char* end = own_members_.begin();
  const auto add = [&](std::string_view member, auto number) {
    end = std::copy(member.begin(), member.end(), end);
    end = std::to_chars(end, own_members_.end(), number).ptr;
  };
  if (picture.is_stale) {
    // A clock that was set back makes no picture younger than new.
    add(R"(,"stale_us":)", std::max(age, UnixTime::duration::zero()).count());
  }
  add(R"(,"dropped":)", dropped);

  switch (form) {
    case WireForm::kJson: {
      const std::string_view own(own_members_.data(), end);
      parts_ = {std::string_view(), picture.head.view(), own, picture.json_data.view()};
      return;
    }
    case WireForm::kBinary: {
      *end++ = '}';
      const std::string_view own(own_members_.data(), end);
      const std::string_view head_length = binary_opening(picture.head.size() + own.size());
      parts_ = {head_length, picture.head.view(), own, picture.image.view()};
      return;
    }
    case WireForm::kDeflatedJson: {
      end = std::copy(kBeforeLetters.begin(), kBeforeLetters.end(), end);
      const std::string_view own(own_members_.data(), end);
      const std::string_view stored_block = deflated_opening(picture.head.size() + own.size());
      parts_ = {stored_block, picture.head.view(), own, picture.deflated_data.view()};
      return;
    }
  }
}

std::string_view FrameMessage::binary_opening(std::size_t head_size) {
  for (std::size_t i = 0; i < 4; ++i) {
    opening_[i] = static_cast<char>(head_size >> (24 - 8 * i) & 0xFF);
  }
  return {opening_.data(), 4};
}

std::string_view FrameMessage::deflated_opening(std::size_t head_size) {
  // A camera's name has 64 letters at most and all else is numbers: not a hundredth of this.
  assert(head_size <= 0xFFFF);
  const std::size_t lengths = head_size | (~head_size & 0xFFFF) << 16U;
  opening_[0] = 0;  // not the last block, stored, from the next byte on
  for (std::size_t i = 0; i < 4; ++i) {
    opening_[1 + i] = static_cast<char>(lengths >> 8 * i & 0xFF);
  }
  return {opening_.data(), 5};
}

}  // namespace freshframe

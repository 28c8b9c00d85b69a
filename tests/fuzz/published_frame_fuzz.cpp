#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "publish/frame_reader.h"
#include "publish/frame_text.h"
#include "publish/publish_limits.h"

#include "../unit/deflate_bytes.h"
#include "check.h"

namespace {

using freshframe::FrameInfo;
using freshframe::FrameReader;
using freshframe::PublishedFrame;
using freshframe::Submission;
using Form = Submission::Form;
using Json = nlohmann::json;
using Result = boost::system::result<PublishedFrame, freshframe::ProtocolError>;

constexpr freshframe::UnixTime kArrived{std::chrono::seconds{1}};

Json parsed(std::string_view text) {
  // The library takes a zero byte for the end of the text, and the reader refuses it.
  return text.find('\0') != std::string_view::npos
             ? Json(Json::value_t::discarded)
             : Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

void check_duration(std::chrono::microseconds time) {
  check(time.count() >= 0 && time.count() < std::int64_t{1} << 53);
}

void check_number(const std::optional<float>& number) {
  check(!number || (std::isfinite(*number) && *number >= 0));
}

/// What is taken is a whole image within the bounds, and what is said of it is too.
void check_frame(const PublishedFrame& frame) {
  const freshframe::CheckedImage& image = frame.image;
  check(image.bytes.size() <= freshframe::kMostPublishedBytes);
  check(image.mime == "image/jpeg" || image.mime == "image/png");
  freshframe::ImageCheck again;
  const auto result = again.check_file(image.bytes, {.size = {}, .mime = image.mime});
  check(result.has_value() && result->bytes.data() == image.bytes.data() &&
        result->bytes.size() == image.bytes.size());

  const FrameInfo& info = frame.info;
  check(info.sequence == 0 && !info.settling);
  check(info.width_px == image.width_px && info.height_px == image.height_px);
  check(info.width_px > 0 && info.width_px <= freshframe::kImageSideMost);
  check(info.height_px > 0 && info.height_px <= freshframe::kImageSideMost);
  check_duration(info.captured.time_since_epoch());
  check_duration(info.exposure_time.value_or(std::chrono::microseconds{0}));
  check_number(info.analogue_gain);
  check_number(info.lens_position_dioptres);
}

/// What goes back, to viewers too, is short and nothing that could harm.
void check_error(const freshframe::ProtocolError& error) {
  check(!error.reason.empty() && error.reason.size() <= freshframe::kReasonBytesMost);
  check(std::all_of(error.reason.begin(), error.reason.end(),
                    [](char letter) { return letter >= ' ' && letter < 0x7f; }));
  check(error.request == "frame");
  if (!error.id_json.empty()) {
    const Json id = parsed(error.id_json);
    check(id.is_number_integer() || (id.is_string() && id.get<std::string>().size() <= 64));
  }
}

void check_result(const Result& result) {
  if (result) {
    check_frame(*result);
  } else {
    check_error(result.error());
  }
}

void check_alike(const Result& left, const Result& right) {
  check(left.has_value() == right.has_value());
  if (left) {
    check(std::equal(left->image.bytes.begin(), left->image.bytes.end(), right->image.bytes.begin(),
                     right->image.bytes.end()));
    check(left->info.captured == right->info.captured);
  } else {
    check(left.error().code == right.error().code);
    check(left.error().reason == right.error().reason);
    check(left.error().id_json == right.error().id_json);
  }
}

/// Against a JSON library: the head, with the picture put back, is what the whole text is.
void check_split(std::string_view text) {
  const freshframe::FrameText split = freshframe::split_frame_text(text);
  if (!split.data) {
    check(split.head == text);
    return;
  }
  check(split.data->data() >= text.data() &&
        split.data->data() + split.data->size() <= text.data() + text.size());
  check(split.head.size() + split.data->size() == text.size());
  const Json whole = parsed(text);
  Json head = parsed(split.head);
  const Json data = parsed("\"" + std::string(*split.data) + "\"");
  check((head.is_discarded() || data.is_discarded()) == whole.is_discarded());
  // Nobody writes the member's name with escapes; the library would know it again.
  if (!whole.is_discarded() && text.find("\\u00") == std::string_view::npos) {
    check(head.is_object() && head["data"] == "");
    head["data"] = data;
    check(head == whole);
  }
}

}  // namespace

// What a publisher sends, in each form, with compression and without. The first byte says which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr Form kForms[] = {Form::kText, Form::kBinary, Form::kFile};
  const Form form = kForms[data[0] % 3];
  const bool is_deflated = data[0] >= 128;

  FrameReader reader("front");
  const auto submission = [&](std::string content, bool deflated) {
    return Submission{.form = form,
                      .is_deflated = deflated,
                      .bytes = std::move(content),
                      .arrived = kArrived,
                      .captured = {}};
  };
  const Submission given = submission(std::string(bytes), is_deflated);
  check_result(reader.read(given));
  if (is_deflated) {
    return 0;
  }
  if (form == Form::kText) {
    check_split(bytes);
    if (!freshframe::is_utf8(bytes)) {
      return 0;
    }
  }
  const Submission compressed = submission(freshframe::deflated(bytes, /*level=*/1), true);
  FrameReader another("front");
  check_alike(reader.read(given), another.read(compressed));
  return 0;
}

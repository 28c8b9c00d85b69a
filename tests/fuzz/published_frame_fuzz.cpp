#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "publish/frame_reader.h"
#include "publish/frame_text.h"

namespace {

using freshframe::FrameReader;
using freshframe::Submission;

void check(bool promise) {
  if (!promise) {
    std::abort();
  }
}

/// What a JSON library takes is taken apart as that library reads it.
void check_split(std::string_view text) {
  const freshframe::FrameText parts = freshframe::split_frame_text(text);
  const auto whole = nlohmann::json::parse(text, nullptr, false);
  if (!whole.is_object() || text.find('\0') != text.npos) {
    return;
  }
  // A member whose name is written with escapes is not found, and refused then as missing.
  const auto data = whole.find("data");
  if (parts.data) {
    const auto unescaped =
        nlohmann::json::parse("\"" + std::string(*parts.data) + "\"", nullptr, false);
    check(unescaped.is_string() && (text.find('\\') != text.npos || unescaped == *data));
  } else {
    check(parts.head == text);
  }
}

}  // namespace

// What publishers send, in each form; the first byte chooses. What is taken keeps to its limits,
// and what is refused is explained.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr Submission::Form kForms[] = {Submission::Form::kText, Submission::Form::kBinary,
                                         Submission::Form::kFile};
  const Submission submission{.form = kForms[data[0] % 3],
                              .is_deflated = (data[0] & 0x80) != 0,
                              .bytes = std::string(content)};
  FrameReader reader("vision");
  const auto frame = reader.read(submission);
  if (frame) {
    check(!frame->image.bytes.empty() && frame->info.width_px > 0 && frame->info.height_px > 0);
    check(frame->info.width_px <= freshframe::kImageSideMost &&
          frame->info.height_px <= freshframe::kImageSideMost);
  } else {
    check(!frame.error().reason.empty() && frame.error().reason.size() <= 300);
  }
  check_split(content);
  return 0;
}

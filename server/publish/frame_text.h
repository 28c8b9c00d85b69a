#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshframe {

/// A frame message in JSON, taken apart: a picture of megabytes need not go through a JSON library.
struct FrameText {
  /// The object with an empty string in the place of the picture. Still to be parsed, which also
  /// finds what is wrong with it.
  std::string head;
  /// What stands between the quotes of the member "data", escapes included, as it stands there; a
  /// view into the text. Absent when there is no such member or it is no string.
  std::optional<std::string_view> data;
};

/// Takes `text` apart in one pass that looks at brackets and quotes only. Of several members "data"
/// the last counts, as in JSON libraries. What is no JSON object may come out whole as the head.
/// Thread-safe.
FrameText split_frame_text(std::string_view text);

}  // namespace freshframe

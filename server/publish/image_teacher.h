#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "message/base64_decode.h"
#include "publish/data_uri.h"
#include "publish/image_refusal.h"
#include "publish/stated_image.h"

namespace freshframe {

/// Says what bytes are that begin as neither JPEG nor PNG, where a way that carries bytes brought
/// them. Thread-safe, as all here.
ImageRefusal explain_file(std::span<const std::byte> bytes, const StatedImage& stated);

/// As above, for a text that is no Base64. `text` is all that came, `base64` the part of it that
/// should have been Base64, `flaw` what is wrong with that.
ImageRefusal explain_text(std::string_view text, std::string_view base64, const Base64Flaw& flaw);

/// As above, for a data URI that is not of Base64, or has no comma.
ImageRefusal explain_plain_uri(const DataUri& uri);

/// As above, for a text that is Base64 of something else than an image. `base64` is the text,
/// `decoded` what it holds.
ImageRefusal explain_decoded(std::string_view base64, std::span<const std::byte> decoded,
                             const StatedImage& stated);

}  // namespace freshframe

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "capture/frame.h"
#include "message/bytes.h"

namespace freshframe {

/// The JSON frame message of proto/README.md: the members in the order given there, `data` last.
/// The Base64 is written straight into its place; the JSON library sees the head only. Thread-safe.
Bytes make_json_frame(std::string_view camera, const FrameInfo& info, std::string_view mime,
                      std::span<const std::byte> image);

}  // namespace freshframe

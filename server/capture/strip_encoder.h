#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "capture/nv12_image.h"
#include "capture/strip_jpeg.h"

namespace freshframe {

/// The chroma of some rows as two planes, as libjpeg-turbo takes it.
struct Chroma {
  std::vector<std::uint8_t> u;
  std::vector<std::uint8_t> v;
};

/// Takes the chroma of an image apart.
Chroma split_chroma(const Nv12Image& image);

/// Encodes horizontal strips of a picture as JPEG images of 4:2:0, which share all their tables.
class StripEncoder {
 public:
  StripEncoder(int width_px, int highest_strip_px);

  /// Encodes the rows from `first_row` on, an even number. `chroma` is the whole image's. The
  /// result is valid until the next call. Throws std::bad_alloc when libjpeg-turbo has no memory.
  StripJpeg encode(const Nv12Image& image, const Chroma& chroma, int first_row, int height_px);

 private:
  struct CloseHandle {
    void operator()(void* handle) const;
  };

  int width_px_;
  std::unique_ptr<void, CloseHandle> handle_;
  unsigned long output_size_bytes_;
  std::unique_ptr<unsigned char[]> output_;
};

}  // namespace freshframe

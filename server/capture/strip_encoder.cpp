#include "capture/strip_encoder.h"

#include <turbojpeg.h>

#include <array>
#include <new>

namespace freshframe {

namespace {

// What cameras that encode themselves usually deliver is near to this.
constexpr int kQualityPercent = 80;

}  // namespace

Chroma split_chroma(const Nv12Image& image) {
  const Size size = image.size();
  const auto samples =
      static_cast<std::size_t>(size.width_px / 2) * static_cast<std::size_t>(size.height_px / 2);
  Chroma chroma{std::vector<std::uint8_t>(samples), std::vector<std::uint8_t>(samples)};
  const std::uint8_t* uv = image.uv_row(0);
  for (std::size_t i = 0; i < samples; ++i) {
    chroma.u[i] = uv[2 * i];
    chroma.v[i] = uv[2 * i + 1];
  }
  return chroma;
}

void StripEncoder::CloseHandle::operator()(void* handle) const {
  tjDestroy(handle);
}

StripEncoder::StripEncoder(int width_px, int highest_strip_px)
    : width_px_(width_px),
      handle_(tjInitCompress()),
      output_size_bytes_(tjBufSize(width_px, highest_strip_px, TJSAMP_420)),
      output_(std::make_unique_for_overwrite<unsigned char[]>(output_size_bytes_)) {
  if (handle_ == nullptr) {
    throw std::bad_alloc();
  }
}

StripJpeg StripEncoder::encode(const Nv12Image& image, const Chroma& chroma, int first_row,
                               int height_px) {
  const int chroma_stride = image.size().width_px / 2;
  const std::ptrdiff_t chroma_offset = first_row / 2 * std::ptrdiff_t{chroma_stride};
  std::array<const unsigned char*, 3> planes = {
      image.y_row(first_row), chroma.u.data() + chroma_offset, chroma.v.data() + chroma_offset};
  const std::array<int, 3> strides = {image.size().width_px, chroma_stride, chroma_stride};
  unsigned char* output = output_.get();
  unsigned long size = output_size_bytes_;
  if (tjCompressFromYUVPlanes(handle_.get(), planes.data(), width_px_, strides.data(), height_px,
                              TJSAMP_420, &output, &size, kQualityPercent, TJFLAG_NOREALLOC) != 0) {
    throw std::bad_alloc();
  }
  return split_strip(std::as_bytes(std::span(output_.get(), size)));
}

}  // namespace freshframe

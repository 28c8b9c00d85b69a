// From the bytes of a JPEG image to the JSON message, plain and deflated, against copying as many
// bytes as the message has, and against zlib making the deflated one.

#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <hwy/targets.h>

#include "message/base64.h"
#include "message/base64_deflate.h"
#include "message/bytes.h"

#include "measure.h"
#include "test_frames.h"

namespace {

using namespace freshframe;

/// 0.8 times what simdutf's encoder reaches with AVX-512 and VBMI, which is memcpy's speed
/// (README.md).
constexpr double kBase64Aim = 1.25;
constexpr double kDeflatedGigabytesAim = 2;
constexpr double kDeflatedSizeAim = 1.005;

/// Blocks that are used in turns, so many that none is left in a cache when its turn comes again.
class ColdBlocks {
 public:
  explicit ColdBlocks(std::size_t block_size)
      : block_size_(block_size), bytes_(block_size * kCount) {}

  char* next() {
    at_ = (at_ + 1) % kCount;
    return bytes_.data() + at_ * block_size_;
  }

 private:
  static constexpr std::size_t kCount = 1000;
  std::size_t block_size_;
  std::size_t at_ = 0;
  std::vector<char> bytes_;
};

/// zlib as permessage-deflate uses it: the message's text to its payload.
class ZlibDeflater {
 public:
  explicit ZlibDeflater(int level) {
    deflateInit2(&stream_, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  }
  ~ZlibDeflater() { deflateEnd(&stream_); }
  ZlibDeflater(const ZlibDeflater&) = delete;
  ZlibDeflater& operator=(const ZlibDeflater&) = delete;

  std::size_t deflated_size(std::string& text) {
    deflateReset(&stream_);
    out_.resize(deflateBound(&stream_, text.size()) + 16);
    stream_.next_in = reinterpret_cast<Bytef*>(text.data());
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<uInt>(out_.size());
    deflate(&stream_, Z_SYNC_FLUSH);
    return out_.size() - stream_.avail_out - 4;  // without 00 00 FF FF
  }

 private:
  z_stream stream_{};
  std::vector<Bytef> out_;
};

void must_inflate_to(const std::string& message, std::string deflated) {
  deflated.append("\0\0\xFF\xFF", 4);
  std::string text(message.size() + 1, '\0');
  z_stream stream{};
  inflateInit2(&stream, -15);
  stream.next_in = reinterpret_cast<Bytef*>(deflated.data());
  stream.avail_in = static_cast<uInt>(deflated.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  inflate(&stream, Z_SYNC_FLUSH);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  if (text != message) {
    std::fprintf(stderr, "the deflated message is another one, so the times would mislead\n");
    std::exit(1);
  }
}

int run(const bench::Effort& effort) {
  const std::vector<std::byte> jpeg = bench::pattern_jpeg(1);
  FrameInfo info;
  info.sequence = 123'456;
  info.captured = UnixTime(std::chrono::microseconds(1'732'368'000'123'456));
  info.width_px = bench::k720p.width_px;
  info.height_px = bench::k720p.height_px;
  const auto make_picture = [&](WireForm form) { return bench::picture_of(form, info, jpeg); };
  std::string message = bench::message_of(WireForm::kJson, make_picture(WireForm::kJson));
  const std::string deflated =
      bench::message_of(WireForm::kDeflatedJson, make_picture(WireForm::kDeflatedJson));
  must_inflate_to(message, deflated);
  std::vector<char> kept(message.size());
  ZlibDeflater fastest(1);
  ZlibDeflater usual(6);

  ColdBlocks cold_from(message.size());
  ColdBlocks cold_to(message.size());

  enum {
    kMemcpySame,
    kMemcpyNew,
    kMemcpyCold,
    kBase64,
    kBase64Cold,
    kJson,
    kDeflateOnly,
    kDeflated,
    kZlib1,
    kZlib6
  };
  const std::vector<bench::Timing> timings = bench::measure(
      {
          {"memcpy into the same block",
           [&] {
             std::memcpy(kept.data(), message.data(), message.size());
             bench::keep(kept);
           }},
          {"memcpy into a new block",
           [&] { bench::keep(Bytes::copy_of(std::string_view(message))); }},
          {"memcpy from and to cold memory",
           [&] {
             char* to = cold_to.next();
             std::memcpy(to, cold_from.next(), message.size());
             bench::keep(*to);
           }},
          {"base64_encode into the same block",
           [&] {
             base64_encode(jpeg, kept.data());
             bench::keep(kept);
           }},
          {"base64_encode from and to cold memory",
           [&] {
             char* to = cold_to.next();
             const auto from = std::as_bytes(std::span(cold_from.next(), jpeg.size()));
             base64_encode(from, to);
             bench::keep(*to);
           }},
          {"make_picture, the JSON form", [&] { bench::keep(make_picture(WireForm::kJson)); }},
          {"deflate_base64 into the same block",
           [&] {
             deflate_base64(jpeg, "\"}", kept.data());
             bench::keep(kept);
           }},
          {"make_picture, the deflated form",
           [&] { bench::keep(make_picture(WireForm::kDeflatedJson)); }},
          {"zlib level 1 on the JSON message",
           [&] { bench::keep(fastest.deflated_size(message)); }},
          {"zlib level 6 on the JSON message", [&] { bench::keep(usual.deflated_size(message)); }},
      },
      effort);

  const auto jpeg_bytes = static_cast<double>(jpeg.size());
  const auto gigabytes = [&](const bench::Timing& timing) {
    return jpeg_bytes / timing.microseconds / 1e3;
  };
  std::printf("JPEG of %.1f KB to a message of %.1f KB; GB/s count the JPEG's bytes\n\n",
              jpeg_bytes / 1e3, static_cast<double>(message.size()) / 1e3);
  std::printf("%-36s %8s %8s %14s %14s\n", "", "us", "GB/s", "x memcpy same", "x memcpy new");
  for (const bench::Timing& timing : timings) {
    std::printf("%-36s %8.1f %8.2f %14.2f %14.2f\n", timing.name.c_str(), timing.microseconds,
                gigabytes(timing), timing.ratio_to[kMemcpySame], timing.ratio_to[kMemcpyNew]);
  }

  const bench::Timing& base64 = timings[kBase64];
  const double base64_ratio = base64.ratio_to[kMemcpySame];
  // Other processors' memcpy runs ahead of what their vectors can look up.
  const bool has_base64_aim = (hwy::SupportedTargets() & HWY_AVX3_DL) != 0;
  std::printf(
      "\nmessage: Base64 alone %.2f x memcpy of as many letters, %.2f x in cold memory; %s\n",
      base64_ratio, timings[kBase64Cold].ratio_to[kMemcpyCold],
      has_base64_aim ? bench::against_aim(base64_ratio, kBase64Aim).c_str()
                     : "no aim without AVX-512 and VBMI");
  const bench::Timing& json_form = timings[kJson];
  std::printf("message: %.2f x memcpy of the whole message into the same block; no aim is set\n",
              json_form.ratio_to[kMemcpySame]);
  const bench::Timing& deflated_form = timings[kDeflated];
  const double wire_size = static_cast<double>(deflated.size()) / jpeg_bytes;
  std::printf("message: deflated %.2f GB/s; %s\n", gigabytes(deflated_form),
              bench::at_least(gigabytes(deflated_form), kDeflatedGigabytesAim).c_str());
  std::printf("message: deflated %.4f bytes for each of the JPEG's; %s\n", wire_size,
              bench::against_aim(wire_size, kDeflatedSizeAim).c_str());
  const auto zlib_size = [&](ZlibDeflater& zlib) {
    return static_cast<double>(zlib.deflated_size(message)) / jpeg_bytes;
  };
  std::printf("message: zlib level 1 %.4f, level 6 %.4f bytes for each of the JPEG's\n",
              zlib_size(fastest), zlib_size(usual));
  std::printf(
      "figure: Base64 alone against `memcpy` of as many letters, in the cache and in cold memory | "
      "%.2f x (%.1f GB/s) and %.2f x | %s\n",
      base64_ratio, gigabytes(base64), timings[kBase64Cold].ratio_to[kMemcpyCold],
      has_base64_aim ? "1.25 x" : "");
  std::printf(
      "figure: JPEG bytes to the JSON message | %.0f us for %.0f KB, %.1f GB/s, %.1f x `memcpy` "
      "|\n",
      json_form.microseconds, jpeg_bytes / 1e3, gigabytes(json_form),
      json_form.ratio_to[kMemcpySame]);
  std::printf(
      "figure: JPEG bytes to the deflated JSON message; the same by zlib, levels 1 and 6 | %.0f us "
      "for %.0f KB, %.1f GB/s; %.0f x and %.0f x as long | %.0f GB/s\n",
      deflated_form.microseconds, jpeg_bytes / 1e3, gigabytes(deflated_form),
      timings[kZlib1].ratio_to[kDeflated], timings[kZlib6].ratio_to[kDeflated],
      kDeflatedGigabytesAim);
  std::printf(
      "figure: size of the deflated JSON message against the JPEG's; the same by zlib, levels 1 "
      "and "
      "6 | %.4f x; %.4f x and %.4f x | %g x\n",
      wire_size, zlib_size(fastest), zlib_size(usual), kDeflatedSizeAim);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return run(freshframe::bench::effort_from(argc, argv));
}

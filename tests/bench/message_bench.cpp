// From the bytes of a JPEG image to the JSON message, against copying as many bytes as the message
// has.

#include <cstdio>
#include <cstring>

#include "message/base64.h"
#include "message/bytes.h"

#include "measure.h"
#include "test_frames.h"

namespace {

using namespace freshframe;

int run(const bench::Effort& effort) {
  const std::vector<std::byte> jpeg = bench::pattern_jpeg(1);
  FrameInfo info;
  info.sequence = 123'456;
  info.captured = UnixTime(std::chrono::microseconds(1'732'368'000'123'456));
  info.width_px = bench::k720p.width_px;
  info.height_px = bench::k720p.height_px;
  const auto make_picture = [&] { return bench::json_picture(info, jpeg); };
  const std::string message = bench::message_text(make_picture());
  std::vector<char> kept(message.size());

  const std::vector<bench::Timing> timings = bench::measure(
      {
          {"memcpy into the same block",
           [&] {
             std::memcpy(kept.data(), message.data(), message.size());
             bench::keep(kept);
           }},
          {"memcpy into a new block",
           [&] { bench::keep(Bytes::copy_of(std::string_view(message))); }},
          {"base64_encode into the same block",
           [&] {
             base64_encode(jpeg, kept.data());
             bench::keep(kept);
           }},
          {"make_picture, the JSON form", [&] { bench::keep(make_picture()); }},
      },
      effort);

  const auto jpeg_bytes = static_cast<double>(jpeg.size());
  std::printf("JPEG of %.1f KB to a message of %.1f KB; GB/s count the JPEG's bytes\n\n",
              jpeg_bytes / 1e3, static_cast<double>(message.size()) / 1e3);
  std::printf("%-36s %8s %8s %14s %14s\n", "", "us", "GB/s", "x memcpy same", "x memcpy new");
  for (const bench::Timing& timing : timings) {
    std::printf("%-36s %8.1f %8.2f %14.2f %14.2f\n", timing.name.c_str(), timing.microseconds,
                jpeg_bytes / timing.microseconds / 1e3, timing.ratio_to[0], timing.ratio_to[1]);
  }
  std::printf("\nmessage: %.2f x memcpy of the whole message into the same block; no aim is set\n",
              timings.back().ratio_to[0]);
  std::printf(
      "figure: JPEG bytes to the JSON message | %.0f us for %.0f KB, %.1f GB/s, %.1f x `memcpy` "
      "|\n",
      timings.back().microseconds, jpeg_bytes / 1e3, jpeg_bytes / timings.back().microseconds / 1e3,
      timings.back().ratio_to[0]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return run(freshframe::bench::effort_from(argc, argv));
}

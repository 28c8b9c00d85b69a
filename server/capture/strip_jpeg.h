#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace freshframe {

/// A JPEG image of one strip of a picture, in two parts: all up to its picture data, and that data
/// without the end marker. Both lie in the image.
///
/// What lies between two restart markers of an image can be decoded for itself (ITU-T T.81, E.1.4).
/// So the data of strips, with restart markers between them and a head that tells the full height,
/// is the whole picture's, when all strips but the last are of one height, in whole MCU rows.
struct StripJpeg {
  std::span<const std::byte> head;
  std::span<const std::byte> data;
  /// Where in the head the height stands, two bytes. 0 when the image is none that can be joined:
  /// it is not baseline, or it has restart markers of its own.
  std::size_t height_offset = 0;
};

/// Takes an image apart that libjpeg-turbo made.
StripJpeg split_strip(std::span<const std::byte> jpeg);

/// Appends a strip's head made into the whole picture's: with its full height, and with the number
/// of MCUs between two restart markers, 1 to 65,535. The strip can be joined.
void append_picture_head(const StripJpeg& strip, int height_px, int restart_interval_mcus,
                         std::vector<std::byte>& to);

/// Appends the marker that stands before the strip `index`, from 1 on: they are counted from 0 to
/// 7, again and again (ITU-T T.81, B.2.1).
void append_restart_marker(std::size_t index, std::vector<std::byte>& to);

void append_end_marker(std::vector<std::byte>& to);

}  // namespace freshframe

#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace freshframe {

/// JPEG images put together by hand, segment by segment.
using Bytes = std::vector<std::byte>;

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Bytes bytes_of(std::initializer_list<unsigned> values) {
  Bytes bytes;
  for (const unsigned value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

inline Bytes marker(unsigned code) {
  return bytes_of({0xff, code});
}

/// A marker, the right length, the content.
inline Bytes segment(unsigned code, const Bytes& content) {
  const std::size_t length = content.size() + 2;
  return marker(code) +
         bytes_of({static_cast<unsigned>(length >> 8), static_cast<unsigned>(length & 0xff)}) +
         content;
}

inline Bytes start_of_image() {
  return marker(0xd8);
}
inline Bytes end_of_image() {
  return marker(0xd9);
}

inline Bytes quantisation_table(unsigned id) {
  return segment(0xdb, bytes_of({id}) + Bytes(64, std::byte{1}));
}

/// `class_and_id` as in the segment: 0x00, 0x01 for DC, 0x10, 0x11 for AC. One code of one bit.
inline Bytes huffman_table(unsigned class_and_id) {
  return segment(0xc4, bytes_of({class_and_id, 1}) + Bytes(15, std::byte{0}) + bytes_of({0}));
}

inline Bytes all_huffman_tables() {
  return huffman_table(0x00) + huffman_table(0x01) + huffman_table(0x10) + huffman_table(0x11);
}

/// One grey component, baseline unless `code` says otherwise.
inline Bytes grey_frame(unsigned width_px = 16, unsigned height_px = 16, unsigned code = 0xc0) {
  return segment(code, bytes_of({8, height_px >> 8, height_px & 0xff, width_px >> 8,
                                 width_px & 0xff, 1, 1, 0x11, 0}));
}

inline Bytes colour_frame(unsigned code = 0xc0) {
  return segment(code, bytes_of({8, 0, 16, 0, 16, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1}));
}

inline Bytes grey_scan() {
  return segment(0xda, bytes_of({1, 1, 0x00, 0, 63, 0}));
}

inline Bytes colour_scan() {
  return segment(0xda, bytes_of({3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0}));
}

inline Bytes picture_data() {
  return bytes_of({0x12, 0x34, 0xff, 0x00, 0x56});
}

inline Bytes grey_image() {
  return start_of_image() + quantisation_table(0) + grey_frame() + huffman_table(0x00) +
         huffman_table(0x10) + grey_scan() + picture_data() + end_of_image();
}

inline Bytes colour_image() {
  return start_of_image() + quantisation_table(0) + quantisation_table(1) + colour_frame() +
         all_huffman_tables() + colour_scan() + picture_data() + end_of_image();
}

}  // namespace freshframe

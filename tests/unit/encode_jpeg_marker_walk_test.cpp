#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "encode/jpeg_marker_walk.h"
#include "encode/standard_huffman_tables.h"

#include "guarded_bytes.h"
#include "jpeg_bytes.h"
#include "jpeg_test_support.h"

namespace freshframe {
namespace {

using Kind = JpegFlaw::Kind;

// The walk never reads behind the bytes it was given.
boost::system::result<JpegLayout, JpegFlaw> walk(std::span<const std::byte> bytes) {
  const GuardedBytes guarded(bytes);
  return walk_jpeg_markers(guarded.bytes());
}

struct Case {
  std::string name;
  Bytes bytes;
};

std::ostream& operator<<(std::ostream& stream, const Case& each) {
  return stream << each.name;
}

std::string case_name(const testing::TestParamInfo<Case>& parameter) {
  return parameter.param.name;
}

Bytes grey_head() {
  return start_of_image() + quantisation_table(0) + grey_frame();
}
Bytes grey_tables() {
  return huffman_table(0x00) + huffman_table(0x10);
}
Bytes scan_and_end() {
  return grey_scan() + picture_data() + end_of_image();
}

// A grey image with another frame header.
Bytes with_frame(const Bytes& frame_header) {
  return start_of_image() + quantisation_table(0) + frame_header + grey_tables() + scan_and_end();
}

// A grey image with something in front of its frame header.
Bytes with_segment(const Bytes& inserted) {
  return start_of_image() + inserted + quantisation_table(0) + grey_frame() + grey_tables() +
         scan_and_end();
}

Bytes with_scan(const Bytes& scan_header) {
  return grey_head() + grey_tables() + scan_header + picture_data() + end_of_image();
}

Bytes with_data(const Bytes& data) {
  return grey_head() + grey_tables() + grey_scan() + data + end_of_image();
}

Bytes with_restarts(const Bytes& data) {
  return start_of_image() + segment(0xdd, bytes_of({0, 1})) + quantisation_table(0) + grey_frame() +
         grey_tables() + grey_scan() + data + end_of_image();
}

Bytes progressive(const Bytes& scans) {
  return start_of_image() + quantisation_table(0) + grey_frame(16, 16, 0xc2) + grey_tables() +
         scans + end_of_image();
}

Bytes progressive_scan(unsigned spectral_start, unsigned spectral_end, unsigned bits) {
  return segment(0xda, bytes_of({1, 1, 0x00, spectral_start, spectral_end, bits})) + picture_data();
}

class ValidImageTest : public testing::TestWithParam<Case> {};

TEST_P(ValidImageTest, IsAcceptedAsAWhole) {
  const auto layout = walk(GetParam().bytes);
  ASSERT_TRUE(layout.has_value()) << layout.error().what << " at " << layout.error().offset;
  EXPECT_EQ(layout->size_bytes, GetParam().bytes.size());
  EXPECT_EQ(layout->missing_huffman_tables, 0);
}

TEST_P(ValidImageTest, WhatFollowsTheEndMarkerIsCutOff) {
  for (const Bytes& tail : {Bytes(1, std::byte{0}), Bytes(5000, std::byte{0}),
                            Bytes(3, std::byte{0xff}), GetParam().bytes}) {
    const auto layout = walk(GetParam().bytes + tail);
    ASSERT_TRUE(layout.has_value()) << layout.error().what;
    EXPECT_EQ(layout->size_bytes, GetParam().bytes.size());
  }
}

TEST_P(ValidImageTest, EveryPrefixIsTruncated) {
  const Bytes& bytes = GetParam().bytes;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto layout = walk(std::span(bytes).first(size));
    ASSERT_TRUE(layout.has_error()) << size << " of " << bytes.size() << " bytes";
    EXPECT_EQ(layout.error().kind, Kind::kTruncated) << size << " bytes: " << layout.error().what;
  }
}

TEST_P(ValidImageTest, CutOffAndFilledUpWithZerosIsNoImage) {
  const Bytes& bytes = GetParam().bytes;
  for (std::size_t size = 0; size < bytes.size() - 1; ++size) {
    Bytes filled(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    filled.resize(bytes.size() + 64);
    EXPECT_TRUE(walk(filled).has_error()) << size << " of " << bytes.size() << " bytes";
  }
}

const Bytes kRst0 = marker(0xd0);

INSTANTIATE_TEST_SUITE_P(
    EachKind, ValidImageTest,
    testing::Values(
        Case{"grey", grey_image()}, Case{"colour", colour_image()},
        Case{"extended", with_frame(grey_frame(16, 16, 0xc1))},
        Case{"progressive", progressive(progressive_scan(0, 0, 0x01) + progressive_scan(1, 63, 0) +
                                        progressive_scan(0, 0, 0x10))},
        Case{"largest_size", with_frame(grey_frame(65535, 65535))},
        Case{"application_data_and_comment",
             with_segment(segment(0xe0, bytes_of({'A', 'V', 'I', '1', 0})) +
                          segment(0xef, Bytes(300, std::byte{0xff})) + segment(0xfe, {}))},
        Case{"a_second_picture_in_application_data", with_segment(segment(0xe1, grey_image()))},
        Case{"fill_bytes_before_markers",
             start_of_image() + bytes_of({0xff, 0xff}) + quantisation_table(0) + bytes_of({0xff}) +
                 grey_frame() + grey_tables() + grey_scan() + picture_data() +
                 bytes_of({0xff, 0xff}) + end_of_image()},
        Case{"two_tables_in_one_segment",
             start_of_image() +
                 segment(0xdb, bytes_of({0}) + Bytes(64, std::byte{1}) + bytes_of({0x13}) +
                                   Bytes(128, std::byte{1})) +
                 grey_frame() + grey_tables() + scan_and_end()},
        Case{"nine_restarts",
             with_restarts(picture_data() + kRst0 + picture_data() + marker(0xd1) + marker(0xd2) +
                           marker(0xd3) + marker(0xd4) + marker(0xd5) + marker(0xd6) +
                           marker(0xd7) + kRst0 + picture_data())},
        Case{"one_scan_for_each_component",
             start_of_image() + quantisation_table(0) + quantisation_table(1) + colour_frame() +
                 all_huffman_tables() + segment(0xda, bytes_of({1, 1, 0x00, 0, 63, 0})) +
                 picture_data() + segment(0xda, bytes_of({1, 2, 0x11, 0, 63, 0})) + picture_data() +
                 segment(0xda, bytes_of({1, 3, 0x11, 0, 63, 0})) + picture_data() + end_of_image()},
        Case{"made_by_libjpeg_turbo", encode_rgb(smooth_picture(33, 17))},
        Case{"made_by_libjpeg_turbo_444", encode_rgb(smooth_picture(33, 17), TJSAMP_444)},
        Case{"made_by_libjpeg_turbo_grey", encode_rgb(smooth_picture(33, 17), TJSAMP_GRAY)},
        Case{"made_by_libjpeg_turbo_progressive",
             encode_rgb(smooth_picture(33, 17), TJSAMP_420, TJFLAG_PROGRESSIVE)}),
    case_name);

class ForeignImageTest : public testing::TestWithParam<Case> {};

TEST_P(ForeignImageTest, IsRefusedAsForeign) {
  const auto layout = walk(GetParam().bytes);
  ASSERT_TRUE(layout.has_error());
  EXPECT_EQ(layout.error().kind, Kind::kForeign) << layout.error().what;
  EXPECT_FALSE(layout.error().what.empty());
  EXPECT_LE(layout.error().offset, GetParam().bytes.size());
}

INSTANTIATE_TEST_SUITE_P(
    EachReason, ForeignImageTest,
    testing::Values(
        Case{"zeros", Bytes(100, std::byte{0})},
        Case{"png", bytes_of({0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a})},
        Case{"something_before_the_image", bytes_of({0}) + grey_image()},
        Case{"no_marker_after_the_start", start_of_image() + bytes_of({0x00, 0xff, 0xd9})},
        Case{"two_starts", start_of_image() + grey_image()},
        Case{"end_without_picture", start_of_image() + end_of_image()},
        Case{"end_without_scan", grey_head() + end_of_image()},
        Case{"bytes_between_segments", with_segment(segment(0xfe, {}) + bytes_of({0}))},
        Case{"stuffed_byte_between_segments", with_segment(marker(0x00))},
        Case{"restart_between_segments", with_segment(marker(0xd0))},
        Case{"segment_shorter_than_its_length_field", with_segment(bytes_of({0xff, 0xfe, 0, 1}))},
        Case{"unknown_marker", with_segment(segment(0x02, {}))},
        Case{"arithmetic_coding_tables", with_segment(segment(0xcc, bytes_of({0, 1})))},
        Case{"number_of_lines_later", with_segment(segment(0xdc, bytes_of({0, 16})))},
        Case{"lossless", with_frame(grey_frame(16, 16, 0xc3))},
        Case{"arithmetic_coding", with_frame(grey_frame(16, 16, 0xc9))},
        Case{"width_0", with_frame(grey_frame(0, 16))},
        Case{"height_0", with_frame(grey_frame(16, 0))},
        Case{"two_frame_headers", with_frame(grey_frame() + grey_frame())},
        Case{"frame_header_too_short", with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16})))},
        Case{"frame_header_too_long",
             with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16, 1, 1, 0x11, 0, 0})))},
        Case{"twelve_bits", with_frame(segment(0xc1, bytes_of({12, 0, 16, 0, 16, 1, 1, 0x11, 0})))},
        Case{"no_components", with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16, 0})))},
        Case{"four_components",
             with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11,
                                                0, 4, 0x11, 0})))},
        Case{"sampling_factor_0",
             with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16, 1, 1, 0x01, 0})))},
        Case{"sampling_factor_5",
             with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16, 1, 1, 0x15, 0})))},
        Case{"quantisation_table_4",
             with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16, 1, 1, 0x11, 4})))},
        Case{"two_components_of_one_name",
             with_frame(segment(0xc0, bytes_of({8, 0, 16, 0, 16, 3, 1, 0x22, 0, 2, 0x11, 0, 2, 0x11,
                                                0})))},
        Case{"quantisation_table_missing", start_of_image() + quantisation_table(1) + grey_frame() +
                                               grey_tables() + scan_and_end()},
        Case{"quantisation_table_cut",
             with_segment(segment(0xdb, bytes_of({1}) + Bytes(63, std::byte{1})))},
        Case{"quantisation_table_of_an_unknown_kind",
             with_segment(segment(0xdb, bytes_of({0x20}) + Bytes(64, std::byte{1})))},
        Case{"huffman_table_cut",
             with_segment(segment(0xc4, bytes_of({0, 1}) + Bytes(15, std::byte{0})))},
        Case{"huffman_table_of_an_unknown_kind",
             with_segment(segment(0xc4, bytes_of({0x20, 1}) + Bytes(16, std::byte{0})))},
        Case{"huffman_table_with_too_many_codes",
             with_segment(segment(0xc4, bytes_of({0, 3}) + Bytes(18, std::byte{0})))},
        Case{"restart_interval_too_long", with_segment(segment(0xdd, bytes_of({0, 0, 0})))},
        Case{"scan_before_frame",
             start_of_image() + quantisation_table(0) + grey_tables() + scan_and_end()},
        Case{"scan_header_empty", with_scan(segment(0xda, {}))},
        Case{"scan_header_too_long", with_scan(segment(0xda, bytes_of({1, 1, 0, 0, 63, 0, 0})))},
        Case{"scan_of_no_components", with_scan(segment(0xda, bytes_of({0, 0, 63, 0})))},
        Case{"scan_of_two_components_of_one",
             with_scan(segment(0xda, bytes_of({2, 1, 0, 1, 0, 0, 63, 0})))},
        Case{"scan_of_another_component", with_scan(segment(0xda, bytes_of({1, 2, 0, 0, 63, 0})))},
        Case{"scan_with_a_table_that_baseline_has_not",
             with_scan(segment(0xda, bytes_of({1, 1, 0x20, 0, 63, 0})))},
        Case{"scan_without_data", with_data({})},
        Case{"scan_of_components_in_another_order",
             start_of_image() + quantisation_table(0) + quantisation_table(1) + colour_frame() +
                 all_huffman_tables() +
                 segment(0xda, bytes_of({3, 2, 0x11, 1, 0x00, 3, 0x11, 0, 63, 0})) +
                 picture_data() + end_of_image()},
        Case{"scan_of_eleven_blocks",
             start_of_image() + quantisation_table(0) +
                 segment(0xc0, bytes_of({8, 0, 16, 0, 16, 3, 1, 0x42, 0, 2, 0x21, 0, 3, 0x11, 0})) +
                 grey_tables() + segment(0xda, bytes_of({3, 1, 0, 2, 0, 3, 0, 0, 63, 0})) +
                 picture_data() + end_of_image()},
        Case{"a_component_without_scan",
             start_of_image() + quantisation_table(0) + quantisation_table(1) + colour_frame() +
                 all_huffman_tables() + grey_scan() + picture_data() + end_of_image()},
        Case{"restart_without_interval", with_data(picture_data() + kRst0 + picture_data())},
        Case{"restart_left_out", with_restarts(picture_data() + kRst0 + marker(0xd2))},
        Case{"first_restart_left_out", with_restarts(picture_data() + marker(0xd1))},
        Case{"restart_repeated", with_restarts(picture_data() + kRst0 + kRst0)},
        Case{"start_inside_the_picture_data", with_data(picture_data() + start_of_image())},
        Case{"progressive_without_huffman_table", start_of_image() + quantisation_table(0) +
                                                      grey_frame(16, 16, 0xc2) +
                                                      progressive_scan(0, 0, 0) + end_of_image()},
        Case{"progressive_scan_of_dc_and_ac", progressive(progressive_scan(0, 63, 0))},
        Case{"progressive_band_reversed", progressive(progressive_scan(5, 4, 0))},
        Case{"progressive_band_too_wide", progressive(progressive_scan(1, 64, 0))},
        Case{"progressive_bits_jump", progressive(progressive_scan(0, 0, 0x31))}),
    case_name);

TEST(JpegMarkerWalkTest, TellsSizeAndKind) {
  const auto baseline = walk(encode_rgb(smooth_picture(33, 17)));
  ASSERT_TRUE(baseline.has_value());
  EXPECT_EQ(baseline->width_px, 33);
  EXPECT_EQ(baseline->height_px, 17);
  EXPECT_EQ(baseline->component_count, 3);
  EXPECT_FALSE(baseline->progressive);
  const auto progressive_grey =
      walk(encode_rgb(smooth_picture(5, 400), TJSAMP_GRAY, TJFLAG_PROGRESSIVE));
  ASSERT_TRUE(progressive_grey.has_value());
  EXPECT_EQ(progressive_grey->width_px, 5);
  EXPECT_EQ(progressive_grey->height_px, 400);
  EXPECT_EQ(progressive_grey->component_count, 1);
  EXPECT_TRUE(progressive_grey->progressive);
}

TEST(JpegMarkerWalkTest, TheLongestSegmentIsSkippedAsAWhole) {
  const auto layout = walk(with_segment(segment(0xe1, Bytes(65533, std::byte{0xff}))));
  ASSERT_TRUE(layout.has_value()) << layout.error().what;
}

TEST(JpegMarkerWalkTest, TheFirstScanIsWhereTablesCanBePutIn) {
  const Bytes before = grey_head() + grey_tables();
  const auto layout = walk(before + scan_and_end());
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->first_scan_offset, before.size());
}

TEST(JpegMarkerWalkTest, ExactlyTheTablesThatAScanUsesAndNothingDefinesAreMissing) {
  const Bytes head = start_of_image() + quantisation_table(0) + quantisation_table(1);
  const Bytes colour_rest = colour_scan() + picture_data() + end_of_image();
  EXPECT_EQ(walk(head + grey_frame() + scan_and_end())->missing_huffman_tables,
            kDcLuminance | kAcLuminance);
  EXPECT_EQ(walk(head + colour_frame() + colour_rest)->missing_huffman_tables,
            kDcLuminance | kDcChrominance | kAcLuminance | kAcChrominance);
  EXPECT_EQ(walk(head + colour_frame() + huffman_table(0x11) + huffman_table(0x00) + colour_rest)
                ->missing_huffman_tables,
            kDcChrominance | kAcLuminance);
}

TEST(JpegMarkerWalkTest, ATableThatIsDefinedAfterTheFirstScanIsNotMissing) {
  const Bytes image =
      start_of_image() + quantisation_table(0) + quantisation_table(1) + colour_frame() +
      grey_tables() + grey_scan() + picture_data() + huffman_table(0x01) + huffman_table(0x11) +
      segment(0xda, bytes_of({2, 2, 0x11, 3, 0x11, 0, 63, 0})) + picture_data() + end_of_image();
  const auto layout = walk(image);
  ASSERT_TRUE(layout.has_value()) << layout.error().what;
  EXPECT_EQ(layout->missing_huffman_tables, 0);
}

// Whatever is damaged, the walk stays inside the bytes (the guard page) and never promises more
// than it was given. A seed that fails can be put into `first_seed`.
TEST(JpegMarkerWalkTest, DamagedImagesAreAcceptedOnlyWithinTheirBytes) {
  const std::vector<Bytes> originals = {
      colour_image(), encode_rgb(smooth_picture(33, 17)),
      encode_rgb(smooth_picture(20, 20), TJSAMP_420, TJFLAG_PROGRESSIVE)};
  constexpr unsigned first_seed = 20240229;
  int accepted = 0;
  int refused = 0;
  for (unsigned seed = first_seed; seed < first_seed + 6000; ++seed) {
    std::mt19937 random(seed);
    Bytes damaged = originals[random() % originals.size()];
    for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
      damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    }
    const auto layout = walk(damaged);
    layout.has_value() ? ++accepted : ++refused;
    if (layout) {
      ASSERT_LE(layout->size_bytes, damaged.size()) << "seed " << seed;
      ASSERT_LT(layout->first_scan_offset, layout->size_bytes) << "seed " << seed;
      ASSERT_EQ(damaged[layout->size_bytes - 2], std::byte{0xff}) << "seed " << seed;
      ASSERT_EQ(damaged[layout->size_bytes - 1], std::byte{0xd9}) << "seed " << seed;
    }
  }
  EXPECT_GT(accepted, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace freshframe

#include <gtest/gtest.h>

#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "encode/png_chunk_walk.h"

#include "guarded_bytes.h"
#include "png_bytes.h"

namespace freshframe {
namespace {

using Kind = PngFlaw::Kind;

// The walk never reads behind the bytes it was given.
boost::system::result<PngLayout, PngFlaw> walk(std::span<const std::byte> bytes) {
  const GuardedBytes guarded(bytes);
  return walk_png_chunks(guarded.bytes());
}

struct Case {
  std::string name;
  Bytes bytes;
  std::string_view what = {};
};

std::ostream& operator<<(std::ostream& stream, const Case& each) {
  return stream << each.name;
}

std::string case_name(const testing::TestParamInfo<Case>& parameter) {
  return parameter.param.name;
}

Bytes with_header(const Bytes& header) {
  return png_signature() + header + png_data() + png_end();
}

Bytes with_header_content(const Bytes& content) {
  return with_header(png_chunk("IHDR", content));
}

// An image with something between its header and the picture data.
Bytes with_chunk(const Bytes& chunk) {
  return png_signature() + png_header() + chunk + png_data() + png_end();
}

Bytes indexed(unsigned depth, const Bytes& palette) {
  return png_signature() + png_header(3, depth) + palette + png_data() + png_end();
}

class ValidPngTest : public testing::TestWithParam<Case> {};

TEST_P(ValidPngTest, IsAcceptedAsAWhole) {
  const auto layout = walk(GetParam().bytes);
  ASSERT_TRUE(layout.has_value()) << layout.error().what << " at " << layout.error().offset;
  EXPECT_EQ(layout->size_bytes, GetParam().bytes.size());
}

TEST_P(ValidPngTest, WhatFollowsTheLastChunkIsCutOff) {
  for (const Bytes& tail : {Bytes(1, std::byte{0}), Bytes(5000, std::byte{0}), GetParam().bytes}) {
    const auto layout = walk(GetParam().bytes + tail);
    ASSERT_TRUE(layout.has_value()) << layout.error().what;
    EXPECT_EQ(layout->size_bytes, GetParam().bytes.size());
  }
}

TEST_P(ValidPngTest, EveryPrefixIsTruncated) {
  const Bytes& bytes = GetParam().bytes;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto layout = walk(std::span(bytes).first(size));
    ASSERT_TRUE(layout.has_error()) << size << " of " << bytes.size() << " bytes";
    EXPECT_EQ(layout.error().kind, Kind::kTruncated) << size << " bytes: " << layout.error().what;
    EXPECT_EQ(layout.error().offset, size);
  }
}

TEST_P(ValidPngTest, CutOffAndFilledUpWithZerosIsNoImage) {
  const Bytes& bytes = GetParam().bytes;
  // The last byte of IEND's checksum is not 0.
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Bytes filled(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    filled.resize(bytes.size() + 64);
    EXPECT_TRUE(walk(filled).has_error()) << size << " of " << bytes.size() << " bytes";
  }
}

// Also what is in chunks that are passed over, for a checksum covers each.
TEST_P(ValidPngTest, OneChangedBitAnywhereIsNoticed) {
  Bytes bytes = GetParam().bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const std::byte mask{static_cast<unsigned char>(1U << bit)};
      bytes[i] ^= mask;
      EXPECT_TRUE(walk(bytes).has_error()) << "bit " << bit << " of byte " << i;
      bytes[i] ^= mask;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    EachKind, ValidPngTest,
    testing::Values(
        Case{"grey", png_image()}, Case{"grey_1", with_header(png_header(0, 1))},
        Case{"grey_2", with_header(png_header(0, 2))},
        Case{"grey_4", with_header(png_header(0, 4))},
        Case{"grey_16", with_header(png_header(0, 16))},
        Case{"colour_8", with_header(png_header(2, 8))},
        Case{"colour_16", with_header(png_header(2, 16))},
        Case{"indexed_1", indexed(1, png_palette(2))},
        Case{"indexed_2", indexed(2, png_palette(4))},
        Case{"indexed_4", indexed(4, png_palette(3))},
        Case{"indexed_8", indexed(8, png_palette(256))},
        Case{"grey_alpha_8", with_header(png_header(4, 8))},
        Case{"grey_alpha_16", with_header(png_header(4, 16))},
        Case{"colour_alpha_8", with_header(png_header(6, 8))},
        Case{"colour_alpha_16", with_header(png_header(6, 16))},
        Case{"interlaced", with_header(png_header(2, 8, 16, 16, 1))},
        Case{"largest_size", with_header(png_header(2, 8, 0x7fffffff, 0x7fffffff))},
        Case{"suggested_palette",
             png_signature() + png_header(6, 8) + png_palette(256) + png_data() + png_end()},
        Case{"ancillary_chunks", with_chunk(png_chunk("gAMA", Bytes(4)) +
                                            png_chunk("teXt", Bytes(300)) + png_chunk("prVt", {}))},
        Case{"picture_data_in_pieces", png_signature() + png_header() + png_chunk("IDAT", {}) +
                                           png_data() + png_data() + png_chunk("IDAT", {}) +
                                           png_chunk("tIME", Bytes(7)) + png_end()},
        Case{"animated", png_signature() + png_header() + png_chunk("acTL", Bytes(8)) +
                             png_chunk("fcTL", Bytes(26)) + png_data() +
                             png_chunk("fcTL", Bytes(26)) + png_chunk("fdAT", Bytes(40)) +
                             png_end()}),
    case_name);

class BrokenPngTest : public testing::TestWithParam<Case> {};

TEST_P(BrokenPngTest, IsRefusedForWhatIsWrong) {
  const auto layout = walk(GetParam().bytes);
  ASSERT_TRUE(layout.has_error());
  EXPECT_EQ(layout.error().kind, Kind::kForeign);
  EXPECT_EQ(layout.error().what, GetParam().what);
  EXPECT_LT(layout.error().offset, GetParam().bytes.size());
}

Bytes with_last_byte_changed(Bytes chunk) {
  chunk.back() ^= std::byte{1};
  return chunk;
}

constexpr std::string_view kNoStart = "it does not begin as a PNG image";
constexpr std::string_view kNoHeader = "its first chunk is not a header";
constexpr std::string_view kColour = "its header has a colour type or a bit depth that cannot be";
constexpr std::string_view kPaletteLength = "its palette has the wrong length";

INSTANTIATE_TEST_SUITE_P(
    EachFlaw, BrokenPngTest,
    testing::Values(
        Case{"a_jpeg", grey_image(), kNoStart},
        Case{"line_breaks_changed",
             bytes_of({0x89, 'P', 'N', 'G', '\n', 0x1a, '\n'}) + png_header(), kNoStart},
        Case{"seven_bits_kept", bytes_of({0x09, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}), kNoStart},
        Case{"no_header", png_signature() + png_data() + png_end(), kNoHeader},
        Case{"short_header", with_header_content(Bytes(12)), kNoHeader},
        Case{"long_header", with_header_content(Bytes(14)), kNoHeader},
        Case{"header_in_lower_case", with_header(png_chunk("ihdr", Bytes(13))), kNoHeader},
        Case{"two_headers", with_chunk(png_header()), "it has two headers"},
        Case{"two_headers_of_other_length", with_chunk(png_chunk("IHDR", {})),
             "it has two headers"},
        Case{"no_width", with_header(png_header(0, 8, 0, 1)), "its width or height is 0"},
        Case{"no_height", with_header(png_header(0, 8, 1, 0)), "its width or height is 0"},
        Case{"width_of_32_bits", with_header(png_header(0, 8, 0x80000000, 1)),
             "its width or height is too large"},
        Case{"height_of_32_bits", with_header(png_header(0, 8, 1, 0xffffffff)),
             "its width or height is too large"},
        Case{"depth_0", with_header(png_header(0, 0)), kColour},
        Case{"depth_3", with_header(png_header(0, 3)), kColour},
        Case{"depth_32", with_header(png_header(0, 32)), kColour},
        Case{"colour_of_4_bits", with_header(png_header(2, 4)), kColour},
        Case{"indexed_of_16_bits", indexed(16, png_palette(2)), kColour},
        Case{"grey_alpha_of_4_bits", with_header(png_header(4, 4)), kColour},
        Case{"colour_alpha_of_1_bit", with_header(png_header(6, 1)), kColour},
        Case{"colour_type_1", with_header(png_header(1, 8)), kColour},
        Case{"colour_type_5", with_header(png_header(5, 8)), kColour},
        Case{"colour_type_7", with_header(png_header(7, 8)), kColour},
        Case{"unknown_compression",
             with_header_content(png_integer(16) + png_integer(16) + bytes_of({8, 0, 1, 0, 0})),
             "it is compressed or filtered in an unknown way"},
        Case{"unknown_filter",
             with_header_content(png_integer(16) + png_integer(16) + bytes_of({8, 0, 0, 1, 0})),
             "it is compressed or filtered in an unknown way"},
        Case{"unknown_interlace", with_header(png_header(0, 8, 16, 16, 2)),
             "it is interlaced in an unknown way"},
        Case{"no_palette", indexed(8, {}), "its palette is missing"},
        Case{"empty_palette", indexed(8, png_palette(0)), kPaletteLength},
        Case{"palette_of_a_third", indexed(8, png_chunk("PLTE", Bytes(4))), kPaletteLength},
        Case{"too_large_palette", indexed(8, png_palette(257)), kPaletteLength},
        Case{"palette_beyond_its_depth", indexed(2, png_palette(5)), kPaletteLength},
        Case{"two_palettes", indexed(8, png_palette(2) + png_palette(2)), "it has two palettes"},
        Case{"grey_with_palette", with_chunk(png_palette(2)), "it is grey and has a palette"},
        Case{"palette_too_late",
             png_signature() + png_header(2) + png_data() + png_palette(2) + png_end(),
             "its palette comes behind the picture data"},
        Case{"wrong_header_checksum", with_header(with_last_byte_changed(png_header())),
             "a chunk's checksum is wrong"},
        Case{"wrong_data_checksum",
             png_signature() + png_header() + with_last_byte_changed(png_data()) + png_end(),
             "a chunk's checksum is wrong"},
        Case{"wrong_ancillary_checksum",
             with_chunk(with_last_byte_changed(png_chunk("tEXt", Bytes(3)))),
             "a chunk's checksum is wrong"},
        Case{"wrong_end_checksum",
             png_signature() + png_header() + png_data() + with_last_byte_changed(png_end()),
             "a chunk's checksum is wrong"},
        Case{"length_of_32_bits",
             png_signature() + png_header() + png_integer(0x80000000) + bytes_of({'I', 'D'}),
             "a chunk's length is too large"},
        Case{"name_with_a_digit", with_chunk(png_chunk("te7t", {})),
             "a chunk's name has a byte that is no letter"},
        Case{"unknown_critical_chunk", with_chunk(png_chunk("CgBI", {})),
             "it has a chunk that nothing can show"},
        Case{"interrupted_data",
             png_signature() + png_header() + png_data() + png_chunk("tIME", Bytes(7)) +
                 png_data() + png_end(),
             "its picture data is interrupted"},
        Case{"no_data", png_signature() + png_header() + png_end(), "it has no picture data"},
        Case{"only_empty_data", png_signature() + png_header() + png_chunk("IDAT", {}) + png_end(),
             "it has no picture data"},
        Case{"end_with_content",
             png_signature() + png_header() + png_data() + png_chunk("IEND", Bytes(1)),
             "its last chunk is not empty"}),
    case_name);

TEST(PngChunkWalkTest, TellsWidthAndHeight) {
  const auto layout = walk(with_header(png_header(2, 8, 640, 480)));
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->width_px, 640);
  EXPECT_EQ(layout->height_px, 480);
}

}  // namespace
}  // namespace freshframe

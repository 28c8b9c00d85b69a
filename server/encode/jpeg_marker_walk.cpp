#include "encode/jpeg_marker_walk.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "encode/standard_huffman_tables.h"

namespace freshframe {

namespace {

// Marker codes, ITU-T T.81, table B.1.
constexpr unsigned kBaselineFrame = 0xc0;
constexpr unsigned kExtendedFrame = 0xc1;
constexpr unsigned kProgressiveFrame = 0xc2;
constexpr unsigned kHuffmanTables = 0xc4;
constexpr unsigned kFirstRestart = 0xd0;
constexpr unsigned kLastRestart = 0xd7;
constexpr unsigned kStartOfImage = 0xd8;
constexpr unsigned kEndOfImage = 0xd9;
constexpr unsigned kStartOfScan = 0xda;
constexpr unsigned kQuantisationTables = 0xdb;
constexpr unsigned kRestartInterval = 0xdd;
constexpr unsigned kFirstApplication = 0xe0;
constexpr unsigned kLastApplication = 0xef;
constexpr unsigned kComment = 0xfe;

struct Component {
  unsigned id = 0;
  unsigned quantisation_table = 0;
  unsigned blocks_per_mcu = 0;
  bool seen_in_scan = false;
};

// A segment's content, behind its length.
using Segment = std::span<const std::byte>;

unsigned byte_at(std::span<const std::byte> bytes, std::size_t offset) {
  return std::to_integer<unsigned>(bytes[offset]);
}

unsigned word_at(std::span<const std::byte> bytes, std::size_t offset) {
  return byte_at(bytes, offset) << 8 | byte_at(bytes, offset + 1);
}

class Walk {
 public:
  explicit Walk(std::span<const std::byte> bytes) : bytes_(bytes) {}

  boost::system::result<JpegLayout, JpegFlaw> run() {
    walk();
    if (flaw_) {
      return *flaw_;
    }
    return layout_;
  }

 private:
  void walk() {
    if (!read_start()) {
      return;
    }
    while (!flaw_) {
      const std::optional<unsigned> marker = read_marker();
      if (!marker) {
        return;
      }
      if (*marker == kEndOfImage) {
        finish();
        return;
      }
      read_segment(*marker);
    }
  }

  bool read_start() {
    constexpr std::array<unsigned, 3> kStart = {0xff, kStartOfImage, 0xff};
    for (; position_ < kStart.size(); ++position_) {
      if (position_ == bytes_.size()) {
        return truncated("the image ends in its first marker");
      }
      if (byte_at(bytes_, position_) != kStart[position_]) {
        return foreign("it does not begin as a JPEG image");
      }
    }
    position_ = 2;
    return true;
  }

  // Leaves position_ behind the marker, marker_offset_ at its FF. Any number of FF may precede a
  // marker (B.1.1.2).
  std::optional<unsigned> read_marker() {
    if (position_ < bytes_.size() && byte_at(bytes_, position_) != 0xff) {
      foreign("there are bytes between two segments");
      return std::nullopt;
    }
    while (position_ < bytes_.size() && byte_at(bytes_, position_) == 0xff) {
      ++position_;
    }
    if (position_ >= bytes_.size()) {
      truncated("the image ends where a marker should be");
      return std::nullopt;
    }
    marker_offset_ = position_ - 1;
    return byte_at(bytes_, position_++);
  }

  void read_segment(unsigned marker) {
    if (!is_known(marker)) {
      foreign("it has a marker that baseline and progressive images do not have");
      return;
    }
    if (bytes_.size() - position_ < 2) {
      truncated("the image ends in a segment's length");
      return;
    }
    const std::size_t length = word_at(bytes_, position_);
    if (length < 2) {
      foreign("a segment is shorter than its own length field");
      return;
    }
    if (bytes_.size() - position_ < length) {
      truncated("the image ends inside a segment");
      return;
    }
    const Segment segment = bytes_.subspan(position_ + 2, length - 2);
    position_ += length;
    switch (marker) {
      case kBaselineFrame:
      case kExtendedFrame:
      case kProgressiveFrame:
        read_frame(segment, marker);
        break;
      case kHuffmanTables:
        read_huffman_tables(segment);
        break;
      case kQuantisationTables:
        read_quantisation_tables(segment);
        break;
      case kRestartInterval:
        read_restart_interval(segment);
        break;
      case kStartOfScan:
        if (read_scan(segment)) {
          skip_entropy_coded_data();
        }
        break;
      default:  // application data and comments
        break;
    }
  }

  static bool is_known(unsigned marker) {
    switch (marker) {
      case kBaselineFrame:
      case kExtendedFrame:
      case kProgressiveFrame:
      case kHuffmanTables:
      case kStartOfScan:
      case kQuantisationTables:
      case kRestartInterval:
      case kComment:
        return true;
      default:
        return marker >= kFirstApplication && marker <= kLastApplication;
    }
  }

  bool read_frame(Segment segment, unsigned marker) {
    if (component_count_ != 0) {
      return foreign("it has two frame headers");
    }
    if (segment.size() < 6) {
      return foreign("its frame header is too short");
    }
    const std::size_t count = byte_at(segment, 5);
    if (count != 1 && count != 3) {
      return foreign("it has neither one component nor three");
    }
    if (segment.size() != 6 + 3 * count) {
      return foreign("its frame header has the wrong length");
    }
    if (byte_at(segment, 0) != 8) {
      return foreign("its samples are not of 8 bits");
    }
    layout_.height_px = static_cast<int>(word_at(segment, 1));
    layout_.width_px = static_cast<int>(word_at(segment, 3));
    if (layout_.height_px == 0 || layout_.width_px == 0) {
      return foreign("its width or height is 0");
    }
    for (std::size_t i = 0; i < count; ++i) {
      Component& component = components_[i];
      component.id = byte_at(segment, 6 + 3 * i);
      const unsigned horizontal = byte_at(segment, 7 + 3 * i) >> 4;
      const unsigned vertical = byte_at(segment, 7 + 3 * i) & 15;
      component.quantisation_table = byte_at(segment, 8 + 3 * i);
      component.blocks_per_mcu = horizontal * vertical;
      if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) {
        return foreign("a component's sampling factor is not 1 to 4");
      }
      if (component.quantisation_table > 3) {
        return foreign("a component asks for a quantisation table that cannot be");
      }
      for (std::size_t other = 0; other < i; ++other) {
        if (components_[other].id == component.id) {
          return foreign("two components have one name");
        }
      }
    }
    component_count_ = count;
    baseline_ = marker == kBaselineFrame;
    layout_.component_count = static_cast<int>(count);
    layout_.progressive = marker == kProgressiveFrame;
    return true;
  }

  bool read_huffman_tables(Segment segment) {
    constexpr std::size_t kCounts = 16;
    while (!segment.empty()) {
      const unsigned table_class = byte_at(segment, 0) >> 4;
      const unsigned id = byte_at(segment, 0) & 15;
      if (table_class > 1 || id > 3 || segment.size() < 1 + kCounts) {
        return foreign("a Huffman table is broken");
      }
      // Code words still free at each length; the all-ones word stays unused (annex C).
      std::size_t symbols = 0;
      long free_words = 1;
      for (std::size_t i = 1; i <= kCounts; ++i) {
        const unsigned count = byte_at(segment, i);
        symbols += count;
        free_words = 2 * free_words - static_cast<long>(count);
        if (free_words < 0) {
          return foreign("a Huffman table has more codes than there are");
        }
      }
      if (symbols > 256 || segment.size() < 1 + kCounts + symbols) {
        return foreign("a Huffman table is broken");
      }
      (table_class == 0 ? dc_tables_ : ac_tables_) |= 1U << id;
      segment = segment.subspan(1 + kCounts + symbols);
    }
    return true;
  }

  bool read_quantisation_tables(Segment segment) {
    while (!segment.empty()) {
      const unsigned precision = byte_at(segment, 0) >> 4;
      const unsigned id = byte_at(segment, 0) & 15;
      const std::size_t size = precision == 0 ? 65 : 129;
      if (precision > 1 || id > 3 || segment.size() < size) {
        return foreign("a quantisation table is broken");
      }
      quantisation_tables_ |= 1U << id;
      segment = segment.subspan(size);
    }
    return true;
  }

  bool read_restart_interval(Segment segment) {
    if (segment.size() != 2) {
      return foreign("its restart interval has the wrong length");
    }
    has_restarts_ = word_at(segment, 0) != 0;
    return true;
  }

  bool read_scan(Segment segment) {
    if (component_count_ == 0) {
      return foreign("a scan comes before the frame header");
    }
    const std::size_t count = segment.empty() ? 0 : byte_at(segment, 0);
    if (count < 1 || count > component_count_ || segment.size() != 4 + 2 * count) {
      return foreign("a scan header is broken");
    }
    // Spectral selection and successive approximation mean something in progressive images only.
    const unsigned spectral_start = byte_at(segment, segment.size() - 3);
    const unsigned spectral_end = byte_at(segment, segment.size() - 2);
    const unsigned previous_bit = byte_at(segment, segment.size() - 1) >> 4;
    const unsigned bit = byte_at(segment, segment.size() - 1) & 15;
    if (layout_.progressive) {
      const bool band_is_right =
          spectral_start == 0 ? spectral_end == 0 : count == 1 && spectral_end >= spectral_start;
      const bool bit_is_right = previous_bit == 0 ? bit <= 13 : previous_bit == bit + 1;
      if (!band_is_right || spectral_end > 63 || !bit_is_right) {
        return foreign("a scan header is broken");
      }
    }
    const bool uses_dc = !layout_.progressive || (spectral_start == 0 && previous_bit == 0);
    const bool uses_ac = !layout_.progressive || spectral_start > 0;
    const unsigned highest_table = baseline_ ? 1 : 3;

    unsigned blocks_per_mcu = 0;
    const Component* last = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      const auto component = std::find_if(
          components_.begin(), components_.begin() + static_cast<std::ptrdiff_t>(component_count_),
          [id = byte_at(segment, 1 + 2 * i)](const Component& each) { return each.id == id; });
      // A scan names its components in the frame header's order (B.2.3).
      if (component == components_.begin() + static_cast<std::ptrdiff_t>(component_count_) ||
          (last != nullptr && &*component <= last)) {
        return foreign("a scan header names the wrong components");
      }
      last = &*component;
      if ((quantisation_tables_ >> component->quantisation_table & 1) == 0) {
        return foreign("a quantisation table is missing");
      }
      const unsigned dc_table = byte_at(segment, 2 + 2 * i) >> 4;
      const unsigned ac_table = byte_at(segment, 2 + 2 * i) & 15;
      if (dc_table > highest_table || ac_table > highest_table) {
        return foreign("a scan asks for a Huffman table that cannot be");
      }
      if ((uses_dc && !has_huffman_table(dc_tables_, dc_table, kDcLuminance, kDcChrominance)) ||
          (uses_ac && !has_huffman_table(ac_tables_, ac_table, kAcLuminance, kAcChrominance))) {
        return foreign("a Huffman table is missing, and it is not a standard one");
      }
      component->seen_in_scan = true;
      blocks_per_mcu += component->blocks_per_mcu;
    }
    if (count > 1 && blocks_per_mcu > 10) {
      return foreign("a scan has more than 10 blocks in its units");
    }
    if (layout_.first_scan_offset == 0) {
      layout_.first_scan_offset = marker_offset_;
    }
    return true;
  }

  // True also for a table that can be put in; it is then noted as missing.
  bool has_huffman_table(unsigned defined, unsigned id, std::uint8_t luminance,
                         std::uint8_t chrominance) {
    if ((defined >> id & 1) != 0) {
      return true;
    }
    if (id > 1 || layout_.progressive) {
      return false;
    }
    layout_.missing_huffman_tables = static_cast<std::uint8_t>(layout_.missing_huffman_tables |
                                                               (id == 0 ? luminance : chrominance));
    return true;
  }

  // Leaves position_ at the FF of the marker behind the scan.
  bool skip_entropy_coded_data() {
    const std::size_t start = position_;
    unsigned next_restart = kFirstRestart;
    while (position_ < bytes_.size()) {
      const void* found = std::memchr(bytes_.data() + position_, 0xff, bytes_.size() - position_);
      if (found == nullptr) {
        break;
      }
      position_ = static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes_.data());
      const std::size_t marker = position_;
      do {
        ++position_;
      } while (position_ < bytes_.size() && byte_at(bytes_, position_) == 0xff);
      if (position_ == bytes_.size()) {
        break;
      }
      const unsigned code = byte_at(bytes_, position_);
      if (code == 0) {
        ++position_;
      } else if (code >= kFirstRestart && code <= kLastRestart) {
        if (!has_restarts_ || code != next_restart) {
          return foreign("a restart marker is out of order");
        }
        next_restart = code == kLastRestart ? kFirstRestart : code + 1;
        ++position_;
      } else {
        position_ = marker;
        return marker != start || foreign("a scan is empty");
      }
    }
    position_ = bytes_.size();
    return truncated("the image ends inside its picture data");
  }

  void finish() {
    if (component_count_ == 0) {
      foreign("it has no picture");
      return;
    }
    for (std::size_t i = 0; i < component_count_; ++i) {
      if (!components_[i].seen_in_scan) {
        foreign("a component has no picture data");
        return;
      }
    }
    layout_.size_bytes = position_;
  }

  bool truncated(std::string_view what) {
    flaw_ = JpegFlaw{JpegFlaw::Kind::kTruncated, what, position_};
    return false;
  }

  bool foreign(std::string_view what) {
    flaw_ = JpegFlaw{JpegFlaw::Kind::kForeign, what, position_};
    return false;
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
  std::size_t marker_offset_ = 0;
  JpegLayout layout_;
  std::optional<JpegFlaw> flaw_;

  std::array<Component, 3> components_{};
  std::size_t component_count_ = 0;
  bool baseline_ = false;
  bool has_restarts_ = false;
  // One bit for each id that is defined.
  unsigned dc_tables_ = 0;
  unsigned ac_tables_ = 0;
  unsigned quantisation_tables_ = 0;
};

}  // namespace

boost::system::result<JpegLayout, JpegFlaw> walk_jpeg_markers(std::span<const std::byte> bytes) {
  return Walk(bytes).run();
}

}  // namespace freshframe

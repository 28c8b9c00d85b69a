#include "capture/format_choice.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace freshframe {
namespace {

constexpr Size kUsualSize{1280, 720};
constexpr Size kLargestUnasked{1920, 1080};
constexpr std::size_t kSizesToName = 12;

// Cheapest first: a JPEG needs no encoding, 4:2:0 goes into the encoder as it is, 4:2:2 has a third
// more samples, and RGB has to be converted.
constexpr std::array kByCost = {
    PixelFormat::kMjpeg, PixelFormat::kNv12,  PixelFormat::kYuv420, PixelFormat::kNv21,
    PixelFormat::kYuyv,  PixelFormat::kUyvy,  PixelFormat::kBgrx32, PixelFormat::kRgbx32,
    PixelFormat::kBgr24, PixelFormat::kRgb24, PixelFormat::kGrey8,
};

std::int64_t area(Size size) {
  return std::int64_t{size.width_px} * size.height_px;
}

bool fits_in(Size size, Size bound) {
  return size.width_px <= bound.width_px && size.height_px <= bound.height_px;
}

int clamp_to_step(int wanted, int smallest, int largest, int step) {
  const int inside = std::clamp(wanted, smallest, std::max(smallest, largest));
  return smallest + (inside - smallest) / std::max(step, 1) * std::max(step, 1);
}

/// How far a size is from the usual one; any size within kLargestUnasked is nearer than all others.
std::int64_t distance(Size size) {
  const std::int64_t penalty =
      fits_in(size, kLargestUnasked) ? 0 : std::numeric_limits<std::int64_t>::max() / 2;
  return penalty + std::abs(area(size) - area(kUsualSize));
}

std::optional<Size> nearest_to_usual(const FormatOffer& offer) {
  std::vector<Size> candidates = offer.sizes;
  if (offer.range) {
    candidates.push_back(
        {clamp_to_step(kUsualSize.width_px, offer.range->smallest.width_px,
                       offer.range->largest.width_px, offer.range->width_step_px),
         clamp_to_step(kUsualSize.height_px, offer.range->smallest.height_px,
                       offer.range->largest.height_px, offer.range->height_step_px)});
  }
  const auto nearest =
      std::min_element(candidates.begin(), candidates.end(),
                       [](Size left, Size right) { return distance(left) < distance(right); });
  return nearest == candidates.end() ? std::nullopt : std::optional(*nearest);
}

/// The offers in the order of kByCost, only those of `format` where it is given.
std::vector<const FormatOffer*> candidates(std::span<const FormatOffer> offers,
                                           std::optional<PixelFormat> format) {
  std::vector<const FormatOffer*> found;
  for (const PixelFormat cheap : kByCost) {
    for (const FormatOffer& offer : offers) {
      if (offer.format == cheap && (!format || *format == cheap)) {
        found.push_back(&offer);
      }
    }
  }
  return found;
}

Failure not_offered(const std::string& wanted, std::span<const FormatOffer> offers) {
  return {Failure::Kind::kMisconfigured,
          "the camera does not offer " + wanted + "; it offers " + describe_offers(offers)};
}

}  // namespace

bool SizeRange::contains(Size size) const {
  return fits_in(smallest, size) && fits_in(size, largest) && width_step_px > 0 &&
         height_step_px > 0 && (size.width_px - smallest.width_px) % width_step_px == 0 &&
         (size.height_px - smallest.height_px) % height_step_px == 0;
}

bool FormatOffer::has(Size size) const {
  return std::find(sizes.begin(), sizes.end(), size) != sizes.end() ||
         (range && range->contains(size));
}

Result<FormatChoice> choose_format(std::span<const FormatOffer> offers, std::optional<Size> size,
                                   std::optional<PixelFormat> format) {
  if (offers.empty()) {
    return Failure{Failure::Kind::kMisconfigured, "the camera offers no format Freshframe can use"};
  }
  const std::vector<const FormatOffer*> usable = candidates(offers, format);
  if (usable.empty()) {
    return not_offered(std::string(to_string(*format)), offers);
  }
  for (const FormatOffer* offer : usable) {
    if (offer->has(size.value_or(kUsualSize))) {
      return FormatChoice{offer->format, size.value_or(kUsualSize)};
    }
  }
  if (size) {
    return not_offered(
        to_string(*size) + (format ? " as " + std::string(to_string(*format)) : std::string()),
        offers);
  }
  for (const FormatOffer* offer : usable) {
    if (const auto nearest = nearest_to_usual(*offer)) {
      return FormatChoice{offer->format, *nearest};
    }
  }
  // The camera tells no sizes: it will adjust what it is asked for.
  return FormatChoice{usable.front()->format, kUsualSize};
}

std::string describe_offers(std::span<const FormatOffer> offers) {
  std::string text;
  for (const FormatOffer& offer : offers) {
    text += (text.empty() ? "" : "; ") + std::string(to_string(offer.format));
    if (offer.range) {
      text += " " + to_string(offer.range->smallest) + " to " + to_string(offer.range->largest);
      continue;
    }
    const std::size_t named = std::min(offer.sizes.size(), kSizesToName);
    for (std::size_t i = 0; i < named; ++i) {
      text += (i == 0 ? " " : ", ") + to_string(offer.sizes[i]);
    }
    if (named < offer.sizes.size()) {
      text += " and " + std::to_string(offer.sizes.size() - named) + " more";
    }
  }
  return text;
}

std::string to_string(Size size) {
  return std::to_string(size.width_px) + "x" + std::to_string(size.height_px);
}

}  // namespace freshframe

#include "app/near_miss.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace freshframe {
namespace {

constexpr std::size_t kLongestWordBytes = 64;

/// How many letters must be added, taken away or changed to make one word the other (Levenshtein).
std::size_t letters_apart(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() <= kLongestWordBytes) {
    const auto apart = [word](std::string_view candidate) {
      return letters_apart(word, candidate);
    };
    const std::string_view nearest = *std::ranges::min_element(known, {}, apart);
    // Two slips are one swap of neighbours. In a short word they would match anything.
    if (apart(nearest) <= std::min<std::size_t>(2, nearest.size() / 2)) {
      return "did you mean \"" + std::string(nearest) + "\"?";
    }
  }
  std::string all = "allowed: ";
  for (const std::string_view candidate : known) {
    all.append(candidate == known.front() ? "" : ", ").append(candidate);
  }
  return all;
}

}  // namespace freshframe

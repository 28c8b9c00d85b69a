#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "app/config_file.h"

#include "check.h"

// Whatever the file holds, it is either refused with a sentence or makes Options that keep the
// promises of their header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto options = freshframe::parse_config(text, {});
  if (!options) {
    check(!options.error().reason.empty());
    return 0;
  }
  check(options->quality_percent >= 1 && options->quality_percent <= 100);
  check(options->encode_threads >= 0 && options->encode_threads <= 64);
  check(options->idle_grace.count() >= 0 && options->idle_grace.count() <= 3'600'000);
  check(!options->listen_address.empty() && !options->log_level.empty());
  check(options->cameras.size() <= 64);
  std::set<std::string> names;
  for (const auto& camera : options->cameras) {
    check(!camera.name.empty() && names.insert(camera.name).second);
  }
  return 0;
}

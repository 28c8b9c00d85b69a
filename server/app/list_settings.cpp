#include "app/list_settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "net/client_address.h"

namespace freshframe {
namespace {

// Each is looked at for each request.
constexpr std::size_t kMostValues = 64;

Result<std::string> check_trusted_proxy(const GivenValue& value) {
  if (!value.text || !TrustedProxies().add(*value.text)) {
    return refusal(value, "a proxy's address",
                   "an IP address, or a network such as 192.168.1.0/24 or fd00::/64");
  }
  return *value.text;
}

}  // namespace

std::span<const ListSetting> list_settings() {
  static constexpr std::array kSettings = {
      ListSetting{"--trusted-proxy", "trusted_proxies", "ADDRESS[/BITS]",
                  "A reverse proxy whose X-Forwarded-For is believed. This\nmachine's own "
                  "addresses 127.0.0.1 and ::1 always are.",
                  &Options::trusted_proxies, check_trusted_proxy},
  };
  return kSettings;
}

Result<void> add_to_list(const ListSetting& setting, const GivenValue& value, Options& options) {
  Result<std::string> checked = setting.check(value);
  if (!checked) {
    return checked.error();
  }
  std::vector<std::string>& values = options.*setting.values;
  if (values.size() == kMostValues) {
    return Failure{Failure::Kind::kMisconfigured, "there are too many; allowed: up to 64"};
  }
  if (std::find(values.begin(), values.end(), *checked) == values.end()) {
    values.push_back(*std::move(checked));
  }
  return {};
}

}  // namespace freshframe

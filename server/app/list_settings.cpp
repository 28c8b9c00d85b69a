#include "app/list_settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "net/client_address.h"
#include "net/web_origin.h"

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

Result<std::string> check_host(const GivenValue& value) {
  std::string name = host_name_of(value.text.value_or(""));
  if (name.empty()) {
    return refusal(value, "a host's name",
                   "a name such as camera.example.org, without port or wildcard; addresses are "
                   "allowed anyway");
  }
  return name;
}

Result<std::string> check_origin(const GivenValue& value) {
  const auto origin = parse_origin(value.text.value_or(""));
  if (!origin) {
    return refusal(value, "a page's origin",
                   "http:// or https://, a host, and a port if it is another than 80 or 443, such "
                   "as http://localhost:5000, with nothing behind it");
  }
  return origin->text();
}

Result<std::string> check_frame_ancestor(const GivenValue& value) {
  if (value.text == "self" || value.text == "'self'") {
    return std::string("'self'");
  }
  const auto origin = parse_origin(value.text.value_or(""));
  if (!origin) {
    return refusal(value, "who may show the page in a frame",
                   "self, or an origin such as http://localhost:5000, with nothing behind it");
  }
  return origin->text();
}

}  // namespace

std::span<const ListSetting> list_settings() {
  static constexpr std::array kSettings = {
      ListSetting{"--allow-host", "allow_hosts", "NAME",
                  "A name that browsers may call this server by.\nAddresses, localhost, names "
                  "without a dot and those in\n"
                  ".local, .lan, .home.arpa and .internal always are.",
                  &Options::allowed_hosts, check_host},
      ListSetting{"--allow-origin", "allow_origins", "ORIGIN",
                  "A web site whose pages may use this server, such as\nhttp://localhost:5000. "
                  "Those of this server always may.",
                  &Options::allowed_origins, check_origin},
      ListSetting{"--frame-ancestors", "frame_ancestors", "ORIGIN",
                  "A web site that may show the page in a frame, or self\nfor pages of this "
                  "server's address. "
                  "Without any, nobody.",
                  &Options::frame_ancestors, check_frame_ancestor},
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

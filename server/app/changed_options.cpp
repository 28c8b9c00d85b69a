#include "app/changed_options.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "app/limit_settings.h"
#include "app/list_settings.h"
#include "app/settings.h"

namespace freshframe {

namespace {

bool is_same(const PublishRequest& /*one*/, const PublishRequest& /*other*/) {
  return true;
}

template <class Request>
auto members_of(const Request& request) {
  return std::tie(request.size, request.frames_per_second, request.format);
}

bool is_same(const PatternRequest& one, const PatternRequest& other) {
  return members_of(one) == members_of(other);
}

bool is_same(const LibcameraRequest& one, const LibcameraRequest& other) {
  return one.camera == other.camera && members_of(one) == members_of(other);
}

bool is_same_camera(const CameraSpec& one, const CameraSpec& other) {
  return one.name == other.name && one.controls == other.controls &&
         one.always_on == other.always_on && one.source.index() == other.source.index() &&
         std::visit(
             [&](const auto& request) {
               return is_same(request, std::get<std::decay_t<decltype(request)>>(other.source));
             },
             one.source);
}

bool has_same_cameras(const Options& one, const Options& other) {
  return std::equal(one.cameras.begin(), one.cameras.end(), other.cameras.begin(),
                    other.cameras.end(), is_same_camera);
}

}  // namespace

std::vector<std::string> changed_options(const Options& before, const Options& after) {
  std::vector<std::string> changed;
  if (!has_same_cameras(before, after)) {
    changed.emplace_back("cameras");
  }
  for (const Setting& setting : settings()) {
    // What has no key of its own is one of the limits below.
    if (!setting.key.empty() && setting.show(before) != setting.show(after)) {
      changed.emplace_back(setting.key);
    }
  }
  if (std::tie(before.tls.certificate, before.tls.key, before.tls.is_self_signed) !=
      std::tie(after.tls.certificate, after.tls.key, after.tls.is_self_signed)) {
    changed.emplace_back("tls");
  }
  for (const ListSetting& setting : list_settings()) {
    if (before.*setting.values != after.*setting.values) {
      changed.emplace_back(setting.key);
    }
  }
  for (const LimitSetting& setting : limit_settings()) {
    if (setting.get(before.limits) != setting.get(after.limits)) {
      changed.push_back("limits." + std::string(setting.key));
    }
  }
  return changed;
}

}  // namespace freshframe

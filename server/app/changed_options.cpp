#include "app/changed_options.h"

#include "app/limit_settings.h"
#include "app/list_settings.h"
#include "app/settings.h"

namespace freshframe {

std::vector<std::string> changed_options(const Options& before, const Options& after) {
  std::vector<std::string> changed;
  if (before.cameras != after.cameras) {
    changed.emplace_back("cameras");
  }
  for (const Setting& setting : settings()) {
    // What has no key of its own is one of the limits below.
    if (!setting.key.empty() && setting.show(before) != setting.show(after)) {
      changed.emplace_back(setting.key);
    }
  }
  if (before.tls != after.tls) {
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

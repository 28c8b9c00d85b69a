#include "app/camera_report.h"

#include <cstddef>
#include <variant>

#include <nlohmann/json.hpp>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include "message/control_json.h"

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

std::string shown(const ControlValue& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

/// "Brightness: -1 to 1, default 0"
std::string line_of(const CameraControl& control) {
  std::string line = control.name + ":";
  if (control.type == CameraControl::Type::kBoolean) {
    line += " false, true";
  }
  if (control.minimum && control.maximum) {
    line += " " + shown(*control.minimum) + " to " + shown(*control.maximum);
  }
  for (std::size_t i = 0; i < control.entries.size(); ++i) {
    line += (i == 0 ? " " : ", ") + control.entries[i];
  }
  if (!control.unit.empty()) {
    line += " " + control.unit;
  }
  if (control.default_value) {
    line += ", default " + shown(*control.default_value);
  }
  return line;
}

std::string format_name(const LibcameraDescription::Format& format) {
  return format.format ? std::string(to_string(*format.format)) : format.name;
}

/// A SPEC cannot name it: a comma ends the name there.
bool fits_a_spec(std::string_view name) {
  return name.find(',') == std::string_view::npos && name.find('\'') == std::string_view::npos;
}

Json formats_of(const LibcameraDescription& camera) {
  Json formats = Json::array();
  for (const LibcameraDescription::Format& format : camera.formats) {
    Json sizes = Json::array();
    for (const Size& size : format.sizes) {
      sizes.push_back({{"width", size.width_px}, {"height", size.height_px}});
    }
    formats.push_back({{"name", format_name(format)},
                       {"usable", format.format.has_value()},
                       {"sizes", std::move(sizes)}});
  }
  return formats;
}

Json frame_rates_of(const LibcameraDescription& camera) {
  if (!camera.frame_rates) {
    return {};
  }
  return {{"minimum", camera.frame_rates->lowest}, {"maximum", camera.frame_rates->highest}};
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

}  // namespace

std::string camera_report(const std::vector<LibcameraDescription>& cameras,
                          std::string_view libcamera_version) {
  std::string text;
  if (cameras.empty()) {
    text += fmt::format("libcamera {} found no camera.\n", libcamera_version);
  }
  const std::vector<CameraIdentity> identities = identities_of(cameras);
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const LibcameraDescription& camera = cameras[i];
    text += fmt::format("{}: {}\n   --camera 'libcamera:{}'\n", i, camera.identity.model,
                        camera.identity.id);
    const std::string name = name_in_any_port(i, identities);
    if (!name.empty() && fits_a_spec(name)) {
      text += fmt::format("   --camera 'libcamera:{}'   in whatever port\n", name);
    }
    for (const LibcameraDescription::Format& format : camera.formats) {
      text += "   " + format_name(format) + (format.format ? "" : " (not usable here)") + ":";
      for (const Size& size : format.sizes) {
        text += " " + to_string(size);
      }
      text += "\n";
    }
    if (camera.frame_rates) {
      text += fmt::format("   {:.4g} to {:.4g} frames/s\n", camera.frame_rates->lowest,
                          camera.frame_rates->highest);
    }
    for (const CameraControl& control : camera.controls) {
      text += "   " + line_of(control) + "\n";
    }
  }
  return text + "Always there: --camera pattern (a test picture)\n";
}

std::string camera_report_json(const std::vector<LibcameraDescription>& cameras,
                               std::string_view libcamera_version) {
  Json list = Json::array();
  const std::vector<CameraIdentity> identities = identities_of(cameras);
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const LibcameraDescription& camera = cameras[i];
    Json controls = Json::array();
    for (const CameraControl& control : camera.controls) {
      controls.push_back(control_json(control));
    }
    list.push_back({{"id", camera.identity.id},
                    {"model", text_or_null(camera.identity.model)},
                    {"serial", text_or_null(camera.identity.serial)},
                    {"any_port", text_or_null(name_in_any_port(i, identities))},
                    {"formats", formats_of(camera)},
                    {"frame_rates", frame_rates_of(camera)},
                    {"controls", std::move(controls)}});
  }
  // A device's name may be in any encoding.
  return Json{{"libcamera", libcamera_version}, {"cameras", std::move(list)}}.dump(
             2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace freshframe

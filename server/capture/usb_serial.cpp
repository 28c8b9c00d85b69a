#include "capture/usb_serial.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "capture/camera_devices.h"

namespace freshframe {
namespace {

// What a camera says of itself goes into lists and messages.
constexpr std::size_t kLongestSerialBytes = 126;  // USB 2.0, 9.6.7: 126 UTF-16 units at most

bool is_printable(char c) {
  return c > ' ' && c <= '~';
}

}  // namespace

std::string usb_serial_of(dev_t device, const std::filesystem::path& sysfs) {
  std::error_code error;
  std::filesystem::path folder =
      std::filesystem::canonical(sysfs / "dev" / "char" / kernel_name_of(device), error);
  // The device's folder lies in those of what it is plugged into; the first that is a USB device is
  // the camera itself, those above are hubs.
  while (!error && folder.has_relative_path() && !std::filesystem::exists(folder / "idVendor")) {
    folder = folder.parent_path();
  }
  std::string serial;
  std::ifstream file(folder / "serial");
  std::getline(file, serial);
  const bool is_usable = serial.size() <= kLongestSerialBytes &&
                         std::all_of(serial.begin(), serial.end(), is_printable);
  return !error && is_usable ? serial : std::string();
}

}  // namespace freshframe

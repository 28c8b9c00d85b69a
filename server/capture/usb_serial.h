#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace freshframe {

/// The serial number of the USB device that a device belongs to; empty where it has none.
/// `sysfs` is where the kernel tells of its devices.
std::string usb_serial_of(dev_t device, const std::filesystem::path& sysfs = "/sys");

}  // namespace freshframe

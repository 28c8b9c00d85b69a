#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace freshframe {

/// What the kernel calls a device in /sys/dev/char: "81:0". Thread-safe.
std::string kernel_name_of(dev_t device_number);

/// Those of the devices that the kernel has taken away. libcamera learns that only later, through
/// udev, and in a network namespace of its own never. Thread-safe.
std::vector<dev_t> those_gone(const std::vector<dev_t>& device_numbers,
                              const std::filesystem::path& sys_dev_char = "/sys/dev/char");

/// The nodes of these devices, e.g. "/dev/video0", in order. Thread-safe.
std::vector<std::string> device_nodes(const std::vector<dev_t>& device_numbers);

/// Other processes that have one of the nodes open, e.g. "ffmpeg (process 812)", in order. Of other
/// users' processes only root is told. Thread-safe.
std::vector<std::string> holders_of(const std::vector<std::string>& nodes,
                                    const std::filesystem::path& proc = "/proc");

/// What to tell people of a camera for which the kernel or libcamera said EBUSY: who has it, or how
/// to find out. Thread-safe.
std::string busy_reason(const std::vector<std::string>& nodes,
                        const std::filesystem::path& proc = "/proc");

}  // namespace freshframe

#pragma once

#include <sys/types.h>

#include <vector>

namespace freshframe {

/// Puts a file that never has anything to say in the place of every open descriptor of these
/// devices.
///
/// For a device that has gone while a library still polls it: the kernel answers each poll at once
/// with an error, which libcamera's event loop does not look at (0.7.1 and before), so that it
/// turns round and round on a whole core. Only for devices that nobody can use any more.
void silence_descriptors_of(const std::vector<dev_t>& device_numbers);

}  // namespace freshframe

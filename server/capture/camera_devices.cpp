#include "capture/camera_devices.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "base/joined.h"
#include "base/utf8.h"
#include "capture/device_survey.h"

namespace freshframe {
namespace {

namespace fs = std::filesystem;

/// The process whose folder this is; none for what else lies in /proc.
std::optional<int> process_of(const fs::path& folder) {
  const std::string name = folder.filename();
  int process = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
  return error == std::errc{} && end == name.data() + name.size() ? std::optional(process)
                                                                  : std::nullopt;
}

bool has_open(const fs::path& process_folder, const std::vector<std::string>& nodes) {
  std::error_code error;
  for (fs::directory_iterator entry(process_folder / "fd", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    const std::string target = fs::read_symlink(entry->path(), unreadable);
    if (std::find(nodes.begin(), nodes.end(), target) != nodes.end()) {
      return true;
    }
  }
  return false;
}

/// A process may name itself as it likes; this goes to the log and to viewers.
std::string name_of(const fs::path& process_folder) {
  std::string name;
  std::getline(std::ifstream(process_folder / "comm"), name);
  const auto is_unfit = [](unsigned char letter) { return letter < 0x20 || letter == 0x7f; };
  std::replace_if(name.begin(), name.end(), is_unfit, '?');
  return name.empty() || !is_utf8(name) ? "a program" : name;
}

}  // namespace

std::string kernel_name_of(dev_t device_number) {
  return std::to_string(major(device_number)) + ":" + std::to_string(minor(device_number));
}

std::vector<dev_t> those_gone(const std::vector<dev_t>& device_numbers,
                              const fs::path& sys_dev_char) {
  std::vector<dev_t> gone;
  for (const dev_t number : device_numbers) {
    std::error_code error;
    if (!fs::exists(sys_dev_char / kernel_name_of(number), error)) {
      gone.push_back(number);
    }
  }
  return gone;
}

std::vector<std::string> device_nodes(const std::vector<dev_t>& device_numbers) {
  std::vector<std::string> nodes;
  for (const std::string& device : survey_devices().devices) {
    struct stat status {};
    if (stat(device.c_str(), &status) == 0 && S_ISCHR(status.st_mode) &&
        std::find(device_numbers.begin(), device_numbers.end(), status.st_rdev) !=
            device_numbers.end()) {
      nodes.push_back(device);
    }
  }
  return nodes;
}

std::vector<std::string> holders_of(const std::vector<std::string>& nodes, const fs::path& proc) {
  std::vector<std::pair<int, std::string>> found;
  std::error_code error;
  for (fs::directory_iterator entry(proc, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::optional<int> process = process_of(entry->path());
    if (process && *process != getpid() && has_open(entry->path(), nodes)) {
      found.emplace_back(*process, name_of(entry->path()));
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> holders;
  std::transform(found.begin(), found.end(), std::back_inserter(holders), [](const auto& holder) {
    return holder.second + " (process " + std::to_string(holder.first) + ")";
  });
  return holders;
}

std::string busy_reason(const std::vector<std::string>& nodes, const fs::path& proc) {
  const std::string busy = "the camera is busy (EBUSY): ";
  if (const std::vector<std::string> holders = holders_of(nodes, proc); !holders.empty()) {
    return busy + joined(holders, " and ") + (holders.size() == 1 ? " has" : " have") +
           " it open; end " + (holders.size() == 1 ? "that program" : "those that use it") +
           ", and the camera comes by itself";
  }
  return busy + "another program, or another camera of this server, has it; \"sudo fuser -v " +
         (nodes.empty() ? "/dev/video* /dev/media*" : joined(nodes, " ")) + "\" names the program";
}

}  // namespace freshframe

#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>

namespace freshframe::bench {

/// CPU time that each thread of a process has taken so far, user and system together, by the
/// thread's name; those of one name are added up. The main thread is called "main". Taken from
/// /proc/PID/task/TID/schedstat, to the nanosecond, where stat counts in ticks of 10 ms.
std::map<std::string, std::chrono::nanoseconds> cpu_times(pid_t process);

}  // namespace freshframe::bench

#pragma once

#include <cstddef>

namespace freshframe {

/// Lets the process open as many files as it may: raises the soft limit, 1,024 as a rule for the
/// sake of programs that use select(), to the hard one. Each connection is an open file. When that
/// is not enough for so many `connections` and what else is open, the log says what to do; the
/// server runs, and peers wait for others to leave. Called once by main, after start_log().
void raise_limit_on_open_files(std::size_t connections);

}  // namespace freshframe

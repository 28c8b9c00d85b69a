#pragma once

namespace freshframe {

/// Lets the process open as many files as it may: raises the soft limit, 1,024 as a rule for the
/// sake of programs that use select(), to the hard one. Each viewer is an open file. A limit that
/// cannot be raised is logged and stays. Called once by main, after start_log().
void raise_limit_on_open_files();

}  // namespace freshframe

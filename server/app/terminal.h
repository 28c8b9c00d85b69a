#pragma once

namespace freshframe {

/// Whether this process hangs on a terminal, which may go: see tty(4), /dev/tty.
bool has_terminal();

/// Whether SIGHUP is ignored, as nohup(1) leaves it for a program that is to outlive its terminal.
bool ignores_hangup();

}  // namespace freshframe

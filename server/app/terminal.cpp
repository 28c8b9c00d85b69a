#include "app/terminal.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace freshframe {

bool has_terminal() {
  const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) {
    return false;
  }
  ::close(terminal);
  return true;
}

bool ignores_hangup() {
  struct sigaction action {};
  return ::sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace freshframe

#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/options.h"

namespace freshframe {

/// Why a start would fail.
struct Obstacle {
  std::string reason;
  /// What the program would end with.
  int exit_code = 0;
};

/// All that would keep `options` from being served, in the order in which a start would meet it:
/// tokens, cameras, encoder, certificate, address. Nothing is made, opened or listened on, and a
/// camera or port that another program has is not an obstacle, for that may be this very server.
/// Logs warnings as a start does. Thread: as set_up_access().
std::vector<Obstacle> obstacles_to(const Options& options, std::span<const int> passed_sockets);

}  // namespace freshframe

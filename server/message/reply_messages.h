#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/unix_time.h"
#include "message/bytes.h"
#include "message/camera_state.h"
#include "message/client_message.h"

namespace freshframe {

/// One camera as the hello message lists it.
struct CameraGreeting {
  std::string_view name;
  /// Of the last picture; 0 before the first.
  int width_px = 0;
  int height_px = 0;
  const CameraStatus& status;
};

/// What the hello message says that its reader may do.
struct MayDo {
  bool watch = true;
  bool publish = false;
};

// The messages of proto/README.md of these names. All are thread-safe.

Bytes make_hello_message(std::string_view protocol, std::string_view server, UnixTime now,
                         const std::vector<CameraGreeting>& cameras, const MayDo& may = {});

Bytes make_error_message(const ProtocolError& error);

/// `frames` more may be sent to `camera`.
Bytes make_credit_message(std::string_view camera, int frames, std::string_view id_json);

Bytes make_pong_message(const PingMessage& ping, std::string_view id_json, UnixTime received,
                        UnixTime sent);

}  // namespace freshframe

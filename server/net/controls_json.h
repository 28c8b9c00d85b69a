#pragma once

#include <string>

#include "hub/channel.h"
#include "hub/outbox.h"
#include "message/bytes.h"
#include "message/client_message.h"

namespace freshframe {

/// What `GET /api/v1/cameras/NAME/controls` answers. Source: proto/README.md, "Controls".
std::string controls_json(const Channel& channel);

/// The same behind a change.
std::string changed_controls_json(const Channel& channel, const FirstFrame& first);

/// The message of the same content, with the controls as they are now.
Bytes make_controls_message(const ControlsDue& due);

/// How a refused change is answered over HTTP and the WebSocket; the request and its id are not
/// filled in.
ProtocolError error_of(const RefusedChange& refused);

}  // namespace freshframe

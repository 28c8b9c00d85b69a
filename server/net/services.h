#pragma once

#include "hub/hub.h"
#include "net/admission.h"
#include "net/browser_policy.h"
#include "net/limits.h"
#include "net/open_connections.h"
#include "publish/published_streams.h"

#include "access/access_control.h"

namespace freshframe {

/// What every connection works with. All outlive the connections.
struct Services {
  Hub& hub;
  PublishedStreams& published;
  OpenConnections& connections;
  const Limits& limits;
  AccessControl& access;
  Admission& admission;
  BrowserPolicy& browser;
};

}  // namespace freshframe

#pragma once

#include <optional>
#include <string_view>

#include "message/wire_form.h"
#include "net/http_types.h"

namespace freshframe {

/// A subprotocol of ours: its name, and the form in which its frames travel.
struct Subprotocol {
  std::string_view name;
  WireForm form;
};

/// What a viewer speaks that names no subprotocol that we know.
inline constexpr Subprotocol kDefaultSubprotocol{"freshframe.v1.json", WireForm::kJson};

/// The first of those that the client offers, in its order, that we know. Empty when there is none.
/// Source: RFC 6455, section 4.2.2.
std::optional<Subprotocol> choose_subprotocol(const HttpRequest& upgrade);

}  // namespace freshframe

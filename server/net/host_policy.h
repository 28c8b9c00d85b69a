#pragma once

#include <string_view>

namespace freshframe {

/// Whether a Host header, with or without a port, is one that only somebody on this network can
/// mean: an IP address, `localhost`, a name without a dot, or one in .local, .lan, .home.arpa or
/// .internal.
///
/// Any other name may be a stranger's that he lets point here (DNS rebinding): his page then has
/// the same origin as this server, and only the name gives it away. Source: RFC 6762 (.local),
/// RFC 8375 (.home.arpa), ICANN's resolution 2024.07.29.06 (.internal); .lan is what many routers
/// give out.
bool is_local_host(std::string_view host);

}  // namespace freshframe

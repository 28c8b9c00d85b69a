#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/ip/address.hpp>

namespace freshframe {

/// Where people open the page of a server that listens there. For "every network" the machine's own
/// name stands, as the server answers to it. Ends with a slash.
std::string page_url(const boost::asio::ip::address& address, std::uint16_t port, bool is_tls);

/// The same with the token behind it; a browser that opens it gets a cookie and forgets the token.
std::string with_token(const std::string& url, std::string_view token);

}  // namespace freshframe

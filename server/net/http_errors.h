#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

namespace freshframe {

/// Whether reading ended because the peer spoke wrongly, and not because it went or fell silent.
inline bool is_peers_mistake(const boost::beast::error_code& error) {
  using boost::beast::http::error::end_of_stream;
  using boost::beast::http::error::partial_message;
  const boost::beast::error_code ended = end_of_stream;
  return error.category() == ended.category() && error != ended && error != partial_message;
}

}  // namespace freshframe

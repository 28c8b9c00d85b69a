#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/answer_headers.h"
#include "net/http_types.h"
#include "net/request_checks.h"
#include "net/web_origin.h"

namespace freshframe {

/// Keeps the web pages of others out. A browser sends a page's requests wherever the page says,
/// with the cookies and from the network of whoever has it open, and only the server can tell by
/// the headers that the browser adds:
///
/// - Host tells whether the page itself claims this server's name (DNS rebinding): it must be a
/// name
///   that only somebody on this network can mean, or one that is listed.
/// - Origin tells which page asks, for WebSockets, for CORS and for whatever has a body: it must be
///   our own, or one that is listed.
/// - Sec-Fetch-Site, and where a browser sends none Referer, tell it for the rest, an image above
///   all, which has no Origin. From elsewhere one may only be led to the page, by a link; an image
///   of a camera is for the pages of listed origins.
///
/// Programs send none of these, and are let through to whatever else is checked.
///
/// Thread: event loop only. Counts what it refuses, and is else const.
class BrowserPolicy {
 public:
  struct Options {
    /// Names, as host_name_of() gives them.
    std::vector<std::string> hosts = {};
    /// Origins, as WebOrigin::text() gives them.
    std::vector<std::string> origins = {};
    /// Who may show the page in a frame: origins, or 'self' in its quotes. Nobody when it is empty.
    std::vector<std::string> frame_ancestors = {};
    /// Whether pages of this server have https in their addresses.
    bool is_tls = false;
  };

  /// What a request is for.
  enum class Kind {
    /// The page, its files and the protocol: the same for everybody, and what a link may lead to.
    kPage,
    /// Pictures and what tells of them, and whatever changes something.
    kData,
  };

  explicit BrowserPolicy(Options options);

  /// Empty when a browser may have sent this, or a program did. Comes before any check of who asks.
  /// The reason is one line of printable ASCII that names what was refused, and, where there is
  /// one, the option that would allow it. Source: RFC 9110, section 15.5.20 (421); RFC 6455,
  /// section 10.2; W3C Fetch Metadata Request Headers, section 2.
  std::optional<Refusal> check(const HttpRequest& request, Kind kind);

  /// How many requests were refused so far: for the name they called this server by, and for the
  /// page they came from.
  std::uint64_t refused_hosts() const { return refused_hosts_; }
  std::uint64_t refused_origins() const { return refused_origins_; }

  /// What the answer to `request` says to browsers about other pages. Does not outlive this.
  AnswerHeaders answer_headers(const HttpRequest& request) const;

  /// Whether it is a browser's question, before the request itself, if a page of a listed origin
  /// may send that. Source: WHATWG Fetch, "CORS-preflight request".
  bool is_preflight(const HttpRequest& request) const;

  bool is_tls() const { return options_.is_tls; }

 private:
  std::optional<Refusal> check_host(const HttpRequest& request) const;
  std::optional<Refusal> check_origin(const HttpRequest& request) const;
  std::optional<Refusal> check_fetch(const HttpRequest& request, Kind kind) const;
  bool is_own(const HttpRequest& request, const WebOrigin& origin) const;
  bool is_listed(const WebOrigin& origin) const;

  const Options options_;
  const std::string frame_ancestors_;
  std::uint64_t refused_hosts_ = 0;
  std::uint64_t refused_origins_ = 0;
};

}  // namespace freshframe

#include "net/browser_policy.h"

#include <algorithm>
#include <utility>

#include <boost/beast/http/field.hpp>

#include "base/joined.h"
#include "net/host_policy.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;
using http::field;

constexpr std::string_view kFetchSite = "Sec-Fetch-Site";
constexpr std::string_view kFetchMode = "Sec-Fetch-Mode";
constexpr std::string_view kFetchDest = "Sec-Fetch-Dest";

/// What a stranger sent, fit for a line of the log.
std::string printable(std::string_view text) {
  constexpr std::size_t kMostShown = 100;
  std::string shown(text.substr(0, kMostShown));
  std::replace_if(
      shown.begin(), shown.end(), [](char letter) { return letter < ' ' || letter > '~'; }, '?');
  return text.size() > kMostShown ? shown + "..." : shown;
}

Refusal forbidden(const std::optional<WebOrigin>& origin, std::string_view name) {
  if (origin) {
    return {http::status::forbidden, "a page of " + origin->text() +
                                         " may not use this server; --allow-origin " +
                                         origin->text() + " would allow it"};
  }
  return {http::status::forbidden,
          "a page that has no origin (" + printable(name) +
              ") may not use this server; serve it over http or https, and allow that origin"};
}

bool is_get_or_head(const HttpRequest& request) {
  return request.method() == http::verb::get || request.method() == http::verb::head;
}

/// Somebody follows a link, or has the page in a frame of another, which is for frame-ancestors to
/// judge.
bool is_navigation(const HttpRequest& request) {
  const std::string_view to = request[kFetchDest];
  return request[kFetchMode] == "navigate" && (to == "document" || to == "iframe") &&
         is_get_or_head(request);
}

std::string source_list(const std::vector<std::string>& ancestors) {
  return ancestors.empty() ? "'none'" : joined(ancestors, " ");
}

/// Only browsers send Referer from pages, and no page can make its browser name another origin
/// there than its own; it can only leave it out. Source: WHATWG Fetch, "referrer".
std::optional<WebOrigin> referer_of(const HttpRequest& request) {
  return origin_of_address(request[field::referer]);
}

}  // namespace

BrowserPolicy::BrowserPolicy(Options options)
    : options_(std::move(options)), frame_ancestors_(source_list(options_.frame_ancestors)) {}

std::optional<Refusal> BrowserPolicy::check(const HttpRequest& request, Kind kind) {
  if (auto refusal = check_host(request)) {
    ++refused_hosts_;
    return refusal;
  }
  auto refusal =
      request.count(field::origin) > 0 ? check_origin(request) : check_fetch(request, kind);
  if (refusal) {
    ++refused_origins_;
  }
  return refusal;
}

std::optional<Refusal> BrowserPolicy::check_host(const HttpRequest& request) const {
  // HTTP/1.0 without Host is let through: no browser speaks it.
  const std::string_view host = request[field::host];
  if (request.count(field::host) == 0 || is_local_host(host)) {
    return std::nullopt;
  }
  const auto named = origin_of_host(host, options_.is_tls);
  const std::string name = named ? host_name_of(named->host) : std::string();
  if (!name.empty() &&
      std::find(options_.hosts.begin(), options_.hosts.end(), name) != options_.hosts.end()) {
    return std::nullopt;
  }
  std::string reason = "this server does not answer to the name " + printable(host) +
                       "; open it by its IP address, as localhost, or by a name without a dot or "
                       "in .local, .lan, .home.arpa or .internal";
  if (!name.empty()) {
    reason += "; --allow-host " + name + " would allow it";
  }
  return Refusal{http::status::misdirected_request, std::move(reason)};
}

std::optional<Refusal> BrowserPolicy::check_origin(const HttpRequest& request) const {
  if (request.count(field::origin) > 1) {
    return Refusal{http::status::bad_request, "Origin may be given once"};
  }
  const std::string_view text = request[field::origin];
  const auto origin = parse_origin(text);
  if (origin && (is_own(request, *origin) || is_listed(*origin))) {
    return std::nullopt;
  }
  return forbidden(origin, text);
}

std::optional<Refusal> BrowserPolicy::check_fetch(const HttpRequest& request, Kind kind) const {
  const auto referer = referer_of(request);
  if (request.count(kFetchSite) == 0) {
    // An old browser, or a plain http address that is not this machine's own: browsers add
    // Sec-Fetch-Site only where nobody on the way can change it.
    const bool is_foreign = referer && !is_own(request, *referer) && !is_listed(*referer);
    return is_foreign && kind == Kind::kData ? std::optional(forbidden(referer, {})) : std::nullopt;
  }
  const std::string_view site = request[kFetchSite];
  if (request.count(kFetchSite) == 1 && (site == "same-origin" || site == "none")) {
    return std::nullopt;
  }
  if (kind == Kind::kPage && is_navigation(request)) {
    return std::nullopt;
  }
  const bool is_image =
      request[kFetchMode] == "no-cors" && request[kFetchDest] == "image" && is_get_or_head(request);
  if (kind == Kind::kData && is_image && referer && is_listed(*referer)) {
    return std::nullopt;
  }
  return forbidden(referer, "no Referer");
}

AnswerHeaders BrowserPolicy::answer_headers(const HttpRequest& request) const {
  AnswerHeaders headers;
  headers.frame_ancestors = frame_ancestors_;
  if (options_.origins.empty()) {
    return headers;
  }
  headers.depends_on_origin = true;
  if (request.count(field::origin) > 0) {
    const auto origin = parse_origin(request[field::origin]);
    if (request.count(field::origin) == 1 && origin && is_listed(*origin)) {
      headers.reader = origin->text();
      headers.may_be_embedded = true;
    }
    return headers;
  }
  const auto referer = referer_of(request);
  headers.may_be_embedded = referer && is_listed(*referer);
  return headers;
}

bool BrowserPolicy::is_preflight(const HttpRequest& request) const {
  return request.method() == http::verb::options &&
         request.count(field::access_control_request_method) > 0 &&
         !answer_headers(request).reader.empty();
}

bool BrowserPolicy::is_own(const HttpRequest& request, const WebOrigin& origin) const {
  return origin_of_host(request[field::host], options_.is_tls) == origin;
}

bool BrowserPolicy::is_listed(const WebOrigin& origin) const {
  return std::find(options_.origins.begin(), options_.origins.end(), origin.text()) !=
         options_.origins.end();
}

}  // namespace freshframe

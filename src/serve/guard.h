// Who may talk to the server: in, the head of a request; out, why not, or nothing.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace casus::serve {

struct Head {
  std::string method, path, host, origin, fetch_site, content_type, cookie, token;  // token: of the address
  size_t hosts = 1;                                                                 // lines named Host
};

// The host of a Host line, uri-host [":" port] (RFC 9110, 7.2; RFC 3986, 3.2.2), without the brackets of an IPv6
// address; none if the line is anything else.
std::optional<std::string> host_of(std::string_view field);
// Whether the address is this machine alone: 127.x.x.x, ::1, localhost.
bool is_loopback(const std::string& host);

struct Guard {
  bool loopback = true;
  std::string token;  // empty: none is asked for
  // An HTTP status and a message; 0 if the request may pass. A page of another site cannot
  // - name the server by a host of its own (DNS rebinding): on loopback Host must be localhost or a loopback address;
  // - send a request from its own origin: Origin must be the server's, Sec-Fetch-Site the same origin's;
  // - send a form: a POST must be application/json, which a browser lets no other origin send unasked.
  std::pair<int, std::string> refusal(const Head& head) const;
};

}  // namespace casus::serve

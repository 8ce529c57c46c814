#include "serve/guard.h"

#include <utility>

namespace casus::serve {
namespace {

// "127.0.0.1:8080" and "[::1]:8080" without the port.
std::string without_port(const std::string& host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string::npos ? host : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

bool same(const std::string& a, const std::string& b) {
  // As long whatever the first difference, so that time says nothing of a secret.
  unsigned different = a.size() != b.size();
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) different |= static_cast<unsigned>(a[i] ^ b[i]);
  return different == 0;
}

// The value of the cookie "casus".
std::string cookie_of(const std::string& cookies) {
  for (size_t at = 0; at < cookies.size();) {
    const size_t end = std::min(cookies.find(';', at), cookies.size());
    size_t begin = at;
    while (begin < end && cookies[begin] == ' ') ++begin;
    const auto one = cookies.substr(begin, end - begin);
    if (one.starts_with("casus=")) return one.substr(6);
    at = end + 1;
  }
  return "";
}

}  // namespace

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::pair<int, std::string> Guard::refusal(const Head& head) const {
  if (head.host.empty()) return {400, "the request names no host"};
  if (loopback && !is_loopback(without_port(head.host)))
    return {403, "this server answers to localhost and 127.0.0.1 only"};
  if (!head.origin.empty() && head.origin != "http://" + head.host)
    return {403, "a page of another site may not use this server"};
  const bool page = head.method == "GET" && head.path == "/";
  if (!page && !head.fetch_site.empty() && head.fetch_site != "same-origin" && head.fetch_site != "none")
    return {403, "a page of another site may not use this server"};
  if (head.method == "POST" && !head.content_type.starts_with("application/json"))
    return {415, "the body must be application/json"};
  if (!token.empty() && !(page && same(head.token, token)) && !same(cookie_of(head.cookie), token))
    return {403, "open the address with ?token=... that casus serve has printed"};
  return {0, ""};
}

}  // namespace casus::serve

#include "serve/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace casus::serve {
namespace {

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view digits = "0123456789", hex = "0123456789abcdefABCDEF",
                           name_letters =
                               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=";

bool is_address(int family, const std::string& text) {
  in6_addr room{};
  return inet_pton(family, text.c_str(), &room) == 1;
}

// A reg-name (which an IPv4 address is too): letters, digits, marks and %XX.
bool is_name(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (name_letters.find(text[at]) != std::string_view::npos) continue;
    if (text[at] != '%' || text.size() - at < 3 || !all_of(text.substr(at + 1, 2), hex)) return false;
    at += 2;
  }
  return !text.empty();
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

std::optional<std::string> host_of(std::string_view field) {
  const bool literal = field.starts_with('[');
  const size_t end = literal ? field.find(']') : std::min(field.find(':'), field.size());
  if (end == std::string_view::npos) return std::nullopt;
  const auto port = field.substr(end + literal);
  if (!port.empty() && (port[0] != ':' || !all_of(port.substr(1), digits))) return std::nullopt;
  const std::string host(field.substr(literal, end - literal));
  if (literal ? !is_address(AF_INET6, host) : !is_name(host)) return std::nullopt;
  return host;
}

bool is_loopback(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  if (inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  constexpr std::string_view name = "localhost";
  return std::equal(host.begin(), host.end(), name.begin(), name.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

std::pair<int, std::string> Guard::refusal(const Head& head) const {
  if (head.hosts != 1 || head.host.empty()) return {400, "the request must name one host"};
  const auto host = host_of(head.host);
  if (!host) return {400, "the request's Host is no host with or without a port"};
  if (loopback && !is_loopback(*host)) return {403, "this server answers to localhost and 127.0.0.1 only"};
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

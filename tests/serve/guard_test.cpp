#include "serve/guard.h"

#include "serve/served.h"

namespace casus::serve {
namespace {

TEST(Guard, LoopbackAddresses) {
  for (const char* host : {"127.0.0.1", "127.8.9.1", "localhost", "LocalHost", "::1", "0:0:0:0:0:0:0:1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"0.0.0.0", "127.evil.org", "localhost.evil.org", "192.168.1.2", "", "::", "[::1]", "127.",
                           "127.1", "127.0.0.256", "127.0.0.1.", "127.0.0.01", "1127.0.0.1", "localhos", "::ffff:1"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Guard, ReadsHostLinesToTheLetter) {
  EXPECT_EQ(host_of("localhost"), "localhost");
  EXPECT_EQ(host_of("localhost:8080"), "localhost");
  EXPECT_EQ(host_of("127.0.0.1:"), "127.0.0.1");
  EXPECT_EQ(host_of("[::1]:8080"), "::1");
  EXPECT_EQ(host_of("[::1]"), "::1");
  EXPECT_EQ(host_of("a%20b.example:1"), "a%20b.example");
  for (const char* field : {"[::1]evil.com",
                            "[::1].evil.com:80",
                            "[::1",
                            "[::1:80",
                            "::1",
                            "[localhost]",
                            "[127.0.0.1]",
                            "localhost:80:80",
                            "localhost:http",
                            "localhost:+80",
                            "evil.com@localhost",
                            "localhost/",
                            "local host",
                            "a%2",
                            "a%zz",
                            "[]",
                            "[]:80",
                            ":80",
                            "",
                            "http://localhost",
                            "[::1%25lo]",
                            "localhost\t",
                            "\xc3\xa9"})
    EXPECT_EQ(host_of(field), std::nullopt) << field;
  EXPECT_EQ(host_of("localhost,"), "localhost,") << "a name by its letters, if an odd one";
}

TEST(Guard, TurnsAwayOtherSites) {
  const Guard guard{.loopback = true, .token = {}};
  const Head good{.method = "POST",
                  .path = "/api/check",
                  .host = "localhost:8080",
                  .origin = "http://localhost:8080",
                  .fetch_site = "same-origin",
                  .content_type = "application/json",
                  .cookie = {},
                  .token = {}};
  EXPECT_EQ(guard.refusal(good).first, 0);
  const auto with = [&](auto change) {
    Head head = good;
    change(head);
    return guard.refusal(head).first;
  };
  EXPECT_EQ(with([](Head& h) { h.host = h.origin = ""; }), 400);
  EXPECT_EQ(with([](Head& h) { h.host = "evil.org:8080", h.origin = "http://evil.org:8080"; }), 403);
  EXPECT_EQ(with([](Head& h) { h.origin = "http://evil.org"; }), 403);
  EXPECT_EQ(with([](Head& h) { h.origin = "null"; }), 403);
  EXPECT_EQ(with([](Head& h) { h.origin = "http://localhost:9090"; }), 403);
  EXPECT_EQ(with([](Head& h) { h.origin = "", h.fetch_site = "cross-site"; }), 403);
  EXPECT_EQ(with([](Head& h) { h.content_type = "text/plain"; }), 415);
  EXPECT_EQ(with([](Head& h) { h.content_type = ""; }), 415);
  EXPECT_EQ(with([](Head& h) { h.host = "[::1]:8080", h.origin = "http://[::1]:8080"; }), 0);
  EXPECT_EQ(with([](Head& h) { h.host = "[::1]evil.com", h.origin = "http://[::1]evil.com"; }), 400);
  EXPECT_EQ(with([](Head& h) { h.host = "127.", h.origin = "http://127."; }), 403);
  EXPECT_EQ(with([](Head& h) { h.hosts = 2; }), 400);
}

TEST(Guard, AsksForItsToken) {
  const Guard guard{.loopback = false, .token = "abc"};
  Head head{.method = "GET",
            .path = "/api/folder",
            .host = "desk:8080",
            .origin = {},
            .fetch_site = {},
            .content_type = {},
            .cookie = {},
            .token = {}};
  EXPECT_EQ(guard.refusal(head).first, 403);
  head.cookie = "other=1; casus=abc";
  EXPECT_EQ(guard.refusal(head).first, 0);
  head.cookie = "casus=abcd";
  EXPECT_EQ(guard.refusal(head).first, 403);
  head.cookie = "";
  head.token = "abc";
  EXPECT_EQ(guard.refusal(head).first, 403) << "only the page takes it from the address";
  head.path = "/";
  EXPECT_EQ(guard.refusal(head).first, 0);
}

using ServedGuard = Served;

TEST_F(ServedGuard, StandsBeforeEveryRequest) {
  EXPECT_EQ(get("/api/folder").status, 200);
  EXPECT_EQ(get("/api/folder", {{"Host", "evil.org"}}).status, 403);
  EXPECT_EQ(get("/api/folder", {{"Origin", "http://evil.org"}}).status, 403);
  EXPECT_EQ(get("/", {{"Host", "evil.org"}}).status, 403);
  EXPECT_EQ(get("/", {{"Host", "[::1]evil.org"}}).status, 400);
  EXPECT_EQ(get("/", {{"Host", "localhost"}, {"Host", "evil.org"}}).status, 400);
  EXPECT_EQ(reply(client().Post("/api/check", "{}", "text/plain")).status, 415);
  const auto headers = get("/api/folder").headers;
  EXPECT_FALSE(headers.contains("Access-Control-Allow-Origin"));
  EXPECT_EQ(headers.find("X-Content-Type-Options")->second, "nosniff");
}

TEST_F(ServedGuard, SaysWhatToDoWithoutItsPage) {
  const auto without = client().Get("/");
  ASSERT_TRUE(without);
  EXPECT_EQ(without->status, 503);
  EXPECT_NE(without->body.find("cmake/web.sh"), std::string::npos);
  std::filesystem::create_directory(folder.parent_path() / "web");
  write(folder.parent_path() / "web" / "workbench.html", "<title>built</title>");
  const auto with = client().Get("/");
  ASSERT_TRUE(with);
  EXPECT_EQ(with->status, 200);
  EXPECT_EQ(with->body, "<title>built</title>");
  EXPECT_TRUE(with->has_header("Content-Security-Policy"));
}

TEST_F(ServedGuard, SaysThatItsPortIsTaken) {
  auto again = settings();
  again.port = server->port();
  const auto second = Server::start(again);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find("--port 0"), std::string::npos) << second.error();
}

}  // namespace
}  // namespace casus::serve

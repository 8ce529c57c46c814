#include <gmock/gmock.h>

#include "serve/served.h"

namespace casus::serve {
namespace {

using testing::HasSubstr;

struct ServedFolder : Served {
  void SetUp() override {
    Served::SetUp();
    write(outside / "secret.casus", "case \"secret\"");
    write(folder / "open.casus", "case \"open\"");
    std::filesystem::create_directory(folder / "sub");
    write(folder / "sub" / "inner.casus", "case \"inner\"");
    std::filesystem::create_symlink(outside / "secret.casus", folder / "link.casus");
    std::filesystem::create_directory_symlink(outside, folder / "out");
    std::filesystem::create_symlink(outside / "new.casus", folder / "dangling.casus");
    std::filesystem::create_symlink(folder / "open.casus", folder / "inside.casus");
  }
};

TEST_F(ServedFolder, ReadsWhatIsInIt) {
  EXPECT_EQ(get("/api/file?path=open.casus").body["text"], "case \"open\"");
  EXPECT_EQ(get("/api/file?path=sub/inner.casus").body["text"], "case \"inner\"");
  EXPECT_EQ(get("/api/file?path=inside.casus").body["text"], "case \"open\"");
  EXPECT_EQ(get("/api/file?path=absent.casus").status, 404);
}

TEST_F(ServedFolder, NeitherReadsNorWritesOutsideIt) {
  const std::string absolute = (outside / "secret.casus").string();
  std::vector<std::string> attacks{"../outside/secret.casus",
                                   "sub/../../outside/secret.casus",
                                   absolute,
                                   "/" + absolute,
                                   "link.casus",
                                   "out/secret.casus",
                                   "out/new.casus",
                                   "dangling.casus",
                                   "./open.casus",
                                   "sub//inner.casus",
                                   "sub/./inner.casus",
                                   ".hidden.casus",
                                   "",
                                   "..",
                                   "open.casus/",
                                   "..\\outside\\secret.casus",
                                   std::string("open.casus\0.casus", 17),
                                   std::string("../outside/secret.casus\0", 24),
                                   "open.casus\n.casus",
                                   std::string(2000, 'a') + ".casus"};
  for (const auto& path : attacks) {
    for (const auto& reply : {post("/api/file", {{"path", path}, {"text", "case \"mine\""}, {"version", ""}}),
                              post("/api/check", {{"path", path}}), post("/api/solve", {{"path", path}}),
                              get("/api/file?path=" + httplib::detail::encode_query_param(path))})
      EXPECT_TRUE(reply.status == 403 || reply.status == 400) << path << ": " << reply.status << reply.body;
    EXPECT_EQ(get("/api/study?path=" + httplib::detail::encode_query_param(path)).status / 100, 4);
  }
  // Escapes are undone once: what is left of these is an odd name inside the folder.
  for (const char* path : {"%252e%252e/outside/secret.casus", "..%252foutside%252fsecret.casus"})
    EXPECT_TRUE(get(std::string("/api/file?path=") + path).status / 100 == 4) << path;
  EXPECT_EQ(get("/api/file?path=%2e%2e%2foutside%2fsecret.casus").status, 403);
  EXPECT_EQ(get("/../outside/secret.casus").status, 404);
  EXPECT_FALSE(std::filesystem::exists(outside / "new.casus"));
  std::ifstream in(outside / "secret.casus");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "case \"secret\"");
}

TEST_F(ServedFolder, ListsCasesAndNothingElse) {
  write(folder / "notes.txt", "");
  write(folder / "module.casus", "# a comment\nmodule \"shared\"\n");
  const auto files = get("/api/folder").body["files"];
  std::map<std::string, std::string> kinds;
  for (const auto& f : files) kinds[f["path"]] = f["kind"].get<std::string>() + " " + f["title"].get<std::string>();
  EXPECT_EQ(kinds, (std::map<std::string, std::string>{{"inside.casus", "case open"},
                                                       {"module.casus", "module shared"},
                                                       {"open.casus", "case open"},
                                                       {"sub/inner.casus", "case inner"}}));
}

TEST_F(ServedFolder, TwoTabsDoNotOverwriteEachOther) {
  const auto read = get("/api/file?path=open.casus").body["version"];
  const auto first = post("/api/file", {{"path", "open.casus"}, {"text", "one"}, {"version", read}});
  ASSERT_EQ(first.status, 200) << first.body;
  const auto second = post("/api/file", {{"path", "open.casus"}, {"text", "two"}, {"version", read}});
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.body["version"], first.body["version"]);
  EXPECT_THAT(second.body["error"].get<std::string>(), HasSubstr("has changed on disk"));
  EXPECT_EQ(get("/api/file?path=open.casus").body["text"], "one");
  EXPECT_EQ(post("/api/file", {{"path", "open.casus"}, {"text", "two"}, {"version", first.body["version"]}}).status,
            200);
  EXPECT_EQ(get("/api/file?path=open.casus").body["text"], "two");
}

TEST_F(ServedFolder, CreatesButDoesNotReplace) {
  EXPECT_EQ(post("/api/file", {{"path", "new/deep/fresh.casus"}, {"text", "x"}, {"version", ""}}).status, 200);
  EXPECT_EQ(get("/api/file?path=new/deep/fresh.casus").body["text"], "x");
  EXPECT_EQ(post("/api/file", {{"path", "open.casus"}, {"text", "x"}, {"version", ""}}).status, 409);
  EXPECT_EQ(post("/api/file", {{"path", "new.txt"}, {"text", "x"}, {"version", ""}}).status, 403);
  // Nothing of the writing is left beside the files.
  size_t hidden = 0;
  for (const auto& e : std::filesystem::recursive_directory_iterator(folder))
    hidden += e.path().filename().string().starts_with('.');
  EXPECT_EQ(hidden, 0u);
}

TEST_F(ServedFolder, LeavesAProtectedFileAlone) {
  const auto read = get("/api/file?path=open.casus").body;
  std::filesystem::permissions(folder / "open.casus", std::filesystem::perms(0444));
  const auto refused = post("/api/file", {{"path", "open.casus"}, {"text", "mine"}, {"version", read["version"]}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body["error"].get<std::string>(), HasSubstr("write-protected"));
  EXPECT_EQ(get("/api/file?path=open.casus").body["text"], read["text"]);
}

TEST_F(ServedFolder, BoundsWhatItTakes) {
  const auto large = post("/api/check", {{"path", "open.casus"}, {"text", std::string(5 << 20, 'x')}});
  EXPECT_EQ(large.status, 413);
  EXPECT_THAT(large.body["error"].get<std::string>(), HasSubstr("4 MiB"));
  EXPECT_EQ(get("/api/file?path=" + std::string(9000, 'a')).status, 414);
  EXPECT_EQ(reply(client().Post("/api/check", "{\"path\": [", "application/json")).status, 400);
  EXPECT_EQ(reply(client().Post("/api/check", "[]", "application/json")).status, 400);
  EXPECT_EQ(get("/api/nothing").status, 404);
  EXPECT_EQ(get("/api/check").status, 405);
}

TEST_F(ServedFolder, AnswersOthersWhileOneClientIsSlow) {
  // Connections that send half a request and then nothing.
  std::vector<int> slow;
  for (int k = 0; k < 8; ++k) {
    const int s = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(server->port()));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    ASSERT_GT(send(s, "POST /api/check HTTP/1.1\r\nHost: local", 36, 0), 0);
    slow.push_back(s);
  }
  EXPECT_EQ(get("/api/version").status, 200);
  for (const int s : slow) close(s);
}

}  // namespace
}  // namespace casus::serve

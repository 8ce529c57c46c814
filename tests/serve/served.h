// A workbench on a free port with a folder of its own: in, requests; out, answers as JSON.
#pragma once
#include <gtest/gtest.h>
#include <httplib.h>
#undef _res  // a macro of the system's, and a name in Eigen
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "serve/http.h"

namespace casus::serve {

struct Reply {
  int status = 0;
  Json body;
  httplib::Headers headers;
};

struct Served : testing::Test {
  std::filesystem::path folder, outside;
  std::unique_ptr<Server> server;

  void SetUp() override {
    const auto base =
        std::filesystem::temp_directory_path() / ("casus_serve_" + std::to_string(getpid()) + "_" +
                                                  testing::UnitTest::GetInstance()->current_test_info()->name());
    folder = base / "opened";
    outside = base / "outside";
    std::filesystem::create_directories(folder);
    std::filesystem::create_directories(outside);
    start();
  }
  void TearDown() override {
    server.reset();
    std::filesystem::remove_all(folder.parent_path());
  }
  Settings settings() const {
    return {.folder = folder, .threads = 2, .libraries = {}, .web = folder.parent_path() / "web"};
  }
  // Starts, or starts again what was stopped.
  void start() {
    server.reset();
    auto started = Server::start(settings());
    ASSERT_TRUE(started.ok()) << started.error();
    server = std::move(*started);
  }
  static std::string project_case(const std::string& name) {
    std::ifstream in(std::filesystem::path(CASUS_SOURCE_DIR) / "cases" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::filesystem::path& file, const std::string& text) const {
    std::ofstream(file, std::ios::binary) << text;
  }

  httplib::Client client() const {
    httplib::Client out("127.0.0.1", server->port());
    out.set_read_timeout(60);
    return out;
  }
  static Reply reply(const httplib::Result& result) {
    if (!result) {
      ADD_FAILURE() << "no answer: " << httplib::to_string(result.error());
      return {};
    }
    return {result->status, Json::parse(result->body, nullptr, false), result->headers};
  }
  Reply get(const std::string& path, const httplib::Headers& headers = {}) const {
    return reply(client().Get(path, headers));
  }
  Reply post(const std::string& path, const Json& body, const httplib::Headers& headers = {}) const {
    return reply(client().Post(path, headers, body.dump(), "application/json"));
  }
};

}  // namespace casus::serve

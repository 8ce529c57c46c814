#include "serve/http.h"

#include <fmt/format.h>
#include <httplib.h>
#undef _res  // a macro of the system's, and a name in Eigen
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/json.h"
#include "serve/guard.h"
#include "serve/workbench.h"

namespace casus::serve {
namespace {

constexpr size_t connections = 64, most_streams = 16;
constexpr size_t most_body = size_t{4} << 20;
constexpr time_t idle_seconds = 2, transfer_seconds = 10;

// One file with everything in it, which may talk to nobody but this server.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "connect-src 'self'; worker-src blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

void set_error(httplib::Response& out, const Refusal& refusal) {
  Json body{{"error", refusal.message}};
  if (!refusal.details.empty()) body.update(Json::parse(refusal.details));
  out.status = refusal.status;
  out.set_content(dumped(body), "application/json");
}

void set_answer(httplib::Response& out, const Answer& answer) {
  out.status = 200;
  if (!answer.download.empty()) {
    std::string name = answer.download;
    for (char& c : name)
      if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) c = '_';
    out.set_header("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  }
  out.set_content(answer.body, answer.type);
}

// Calls f and turns what goes wrong into an answer.
template <class F>
void guarded(httplib::Response& out, F&& f) {
  try {
    f();
  } catch (const Refusal& refusal) {
    set_error(out, refusal);
  } catch (const std::bad_alloc&) {
    set_error(out, {500, "out of memory; take fewer points or a smaller case"});
  } catch (const std::exception& e) {
    set_error(out, {500, e.what()});
  }
}

}  // namespace

struct Server::State {
  Settings settings;
  Guard guard;
  std::unique_ptr<Workbench> workbench;
  httplib::Server http;
  int port = 0;
  std::atomic<bool> stopping{false}, ended{false};
  std::atomic<size_t> streams{0};
  std::thread listener;

  void configure();
  void page(httplib::Response& out) const;
  void events(httplib::Response& out);
  void api(const httplib::Request& in, httplib::Response& out);
};

void Server::State::page(httplib::Response& out) const {
  out.set_header("Content-Security-Policy", page_policy);
  if (!guard.token.empty())
    out.set_header("Set-Cookie", fmt::format("casus={}; Path=/; HttpOnly; SameSite=Strict", guard.token));
  const auto file = settings.web / "workbench.html";
  std::ifstream in(file, std::ios::binary);
  if (in) {
    out.set_content(std::string{std::istreambuf_iterator<char>(in), {}}, "text/html; charset=utf-8");
    return;
  }
  out.status = 503;
  out.set_content(
      fmt::format("<!doctype html><title>Casus</title><p>The workbench's page is not built yet ({} is "
                  "missing). Run <code>cmake/web.sh</code>, which needs node, npm and once the network, and "
                  "load this page again. The server itself runs; its API answers under <code>/api</code>.",
                  escaped(file.string())),
      "text/html; charset=utf-8");
}

// Progress of the jobs as server-sent events, each job when it has changed.
void Server::State::events(httplib::Response& out) {
  if (streams.fetch_add(1) >= most_streams) {
    --streams;
    throw Refusal{429, fmt::format("{} streams of events are open already; ask /api/jobs instead", most_streams)};
  }
  auto seen = std::make_shared<uint64_t>(0);
  auto told = std::make_shared<std::map<std::string, std::string>>();
  auto quiet = std::make_shared<int>(0);
  out.set_chunked_content_provider(
      "text/event-stream",
      [this, seen, told, quiet](size_t, httplib::DataSink& sink) {
        if (stopping) return false;
        std::string text;
        for (const auto& job : workbench->jobs().all()) {
          const auto line = dumped(job);
          auto& before = (*told)[job["id"].get<std::string>()];
          if (before != line) text += fmt::format("event: job\ndata: {}\n\n", line);
          before = line;
        }
        if (text.empty() && ++*quiet % 10 == 0) text = ": still here\n\n";
        if (!text.empty() && !sink.write(text.data(), text.size())) return false;
        *seen = workbench->jobs().wait(*seen, 1);
        return true;
      },
      [this](bool) { --streams; });
}

void Server::State::api(const httplib::Request& in, httplib::Response& out) {
  if (in.path == "/api/events" && in.method == "GET") return events(out);
  if (!workbench->knows(in.method, in.path)) {
    const bool other = workbench->knows(in.method == "GET" ? "POST" : "GET", in.path);
    throw Refusal{other ? 405 : 404, fmt::format("there is no {} {}", in.method, in.path)};
  }
  if (in.method == "GET") {
    Workbench::Query query;
    for (const auto& [name, value] : in.params) query.emplace(name, value);
    return set_answer(out, workbench->get(in.path, query));
  }
  const auto body = base::parse_json(in.body);
  if (!body) throw Refusal{400, fmt::format("the body of the request cannot be read: {}", body.error())};
  if (!body->is_object()) throw Refusal{400, "the body of the request must be a JSON object"};
  set_answer(out, workbench->post(in.path, *body));
}

void Server::State::configure() {
  http.new_task_queue = [] { return new httplib::ThreadPool(connections); };
  http.set_payload_max_length(most_body);
  http.set_read_timeout(transfer_seconds);
  http.set_write_timeout(transfer_seconds);
  http.set_keep_alive_timeout(idle_seconds);
  http.set_tcp_nodelay(true);
  // The library would also share the port with whoever listens on it already.
  http.set_socket_options([](socket_t s) {
    const int yes = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http.set_default_headers({{"X-Content-Type-Options", "nosniff"},
                            {"X-Frame-Options", "DENY"},
                            {"Referrer-Policy", "no-referrer"},
                            {"Cross-Origin-Resource-Policy", "same-origin"},
                            {"Cache-Control", "no-store"}});
  http.set_pre_routing_handler([this](const httplib::Request& in, httplib::Response& out) {
    // Compressing costs more than the loopback saves; the request is the library's own, not a constant.
    const_cast<httplib::Request&>(in).headers.erase("Accept-Encoding");
    const Head head{.method = in.method,
                    .path = in.path,
                    .host = in.get_header_value("Host"),
                    .origin = in.get_header_value("Origin"),
                    .fetch_site = in.get_header_value("Sec-Fetch-Site"),
                    .content_type = in.get_header_value("Content-Type"),
                    .cookie = in.get_header_value("Cookie"),
                    .token = in.get_param_value("token"),
                    .hosts = in.get_header_value_count("Host")};
    auto [status, message] = guard.refusal(head);
    if (stopping) std::tie(status, message) = std::pair(503, "the server is stopping");
    if (status == 0) return httplib::Server::HandlerResponse::Unhandled;
    set_error(out, {status, message});
    return httplib::Server::HandlerResponse::Handled;
  });
  http.set_error_handler([](const httplib::Request& in, httplib::Response& out) {
    if (!out.body.empty()) return;
    const char* message = out.status == 413   ? "the body of a request may have at most 4 MiB"
                          : out.status == 414 ? "the address is too long"
                          : out.status == 404 ? "there is no such page"
                                              : "the request cannot be read";
    set_error(out, {out.status, message});
    (void)in;
  });
  http.Get("/", [this](const httplib::Request&, httplib::Response& out) { guarded(out, [&] { page(out); }); });
  http.Get("/api/.*", [this](const auto& in, auto& out) { guarded(out, [&] { api(in, out); }); });
  http.Post("/api/.*", [this](const auto& in, auto& out) { guarded(out, [&] { api(in, out); }); });
}

base::Result<std::unique_ptr<Server>> Server::start(const Settings& settings) {
  auto state = std::make_unique<State>();
  state->settings = settings;
  state->guard = {.loopback = is_loopback(settings.host), .token = settings.token};
  std::error_code error;
  if (!std::filesystem::is_directory(settings.folder, error))
    return base::Error{fmt::format("there is no folder '{}'", settings.folder.string())};
  state->configure();
  if (settings.port == 0) {
    state->port = state->http.bind_to_any_port(settings.host);
  } else {
    errno = 0;
    state->port = state->http.bind_to_port(settings.host, settings.port) ? settings.port : -1;
  }
  if (state->port <= 0)
    return base::Error{
        settings.port == 0
            ? fmt::format("cannot listen on '{}'; is it an address of this machine?", settings.host)
            : fmt::format("cannot listen on {}:{}{}; choose another with --port, or any free one with --port 0",
                          settings.host, settings.port,
                          errno == EADDRINUSE ? " (another program uses this port)"
                          : errno             ? fmt::format(" ({})", std::strerror(errno))
                                              : "")};
  state->workbench = std::make_unique<Workbench>(settings);
  auto* running = state.get();
  state->listener = std::thread([running] {
    running->http.listen_after_bind();
    running->ended = true;
  });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  stop();
}

size_t Server::stop() {
  state_->stopping = true;
  const size_t unfinished = state_->workbench->stop();
  // stop() does nothing before listening has begun.
  while (!state_->http.is_running() && !state_->ended) std::this_thread::yield();
  state_->http.stop();
  if (state_->listener.joinable()) state_->listener.join();
  return unfinished;
}

int Server::port() const {
  return state_->port;
}

std::string Server::url() const {
  const auto& host = state_->settings.host;
  const bool six = host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}/{}", six ? "[" : "", host, six ? "]" : "", state_->port,
                     state_->guard.token.empty() ? "" : "?token=" + state_->guard.token);
}

}  // namespace casus::serve

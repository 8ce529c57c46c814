#include "serve/workbench.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "lab/design.h"
#include "serve/describe.h"
#include "serve/live.h"

namespace casus::serve {
namespace {

std::string asked(const Workbench::Query& query, const char* name) {
  const auto at = query.find(name);
  if (at == query.end() || at->second.empty()) throw Refusal{400, fmt::format("the address needs ?{}=", name)};
  return at->second;
}

Answer answer(const Json& json) {
  return {dumped(json)};
}

// The title and the kind of a file, from its head alone: `case "..."` or `module "..."` is its first declaration.
Json headline(const std::string& path, const std::string& text) {
  size_t at = 0;
  while (at < text.size()) {
    if (std::isspace(static_cast<unsigned char>(text[at])))
      ++at;
    else if (text[at] == '#' || text.compare(at, 2, "//") == 0)
      at = std::min(text.find('\n', at), text.size());
    else
      break;
  }
  const bool module = text.compare(at, 6, "module") == 0;
  const size_t open = text.find('"', at), close = text.find('"', open == std::string::npos ? open : open + 1);
  const bool titled = close != std::string::npos && text.find('\n', at) > open;
  return {{"path", path},
          {"kind", module ? "module" : "case"},
          {"title", titled ? text.substr(open + 1, close - open - 1) : ""}};
}

RunRequest run_request(const Json& body, const ModelRequest& of) {
  RunRequest out{.path = of.path};
  out.worlds = whole_of(body, "worlds", out.worlds, 1, 1'000'000);
  out.seed = whole_of(body, "seed", out.seed, 0, uint64_t{1} << 53);
  out.points = static_cast<uint32_t>(whole_of(body, "points", out.points, solve::least_points, 101));
  const auto design = lab::design_named(text_of(body, "design", std::string(lab::design_name(out.design))));
  if (!design) throw Refusal{400, design.error()};
  out.design = *design;
  out.policies = texts_of(body, "policies");
  for (const auto& [name, value] : of.params) out.settings.push_back(fmt::format("{}={}", name, value));
  return out;
}

}  // namespace

Workbench::Workbench(const Settings& settings)
    : settings_(settings),
      folder_(settings.folder),
      models_(settings_, folder_.root()),
      worlds_(settings.threads),
      jobs_(settings_, folder_, models_),
      studies_(settings_, folder_, worlds_.turns()),
      games_(settings_, folder_, models_, worlds_) {
  add_reading();
  add_cases();
  add_runs();
  add_games();
}

size_t Workbench::stop() {
  games_.stop();
  return jobs_.finish();
}

bool Workbench::knows(const std::string& method, const std::string& path) const {
  return method == "GET" ? gets_.contains(path) : method == "POST" && posts_.contains(path);
}

std::vector<std::string> Workbench::paths(const std::string& method) const {
  std::vector<std::string> out;
  for (const auto& [path, answer] : gets_)
    if (method == "GET") out.push_back(path);
  for (const auto& [path, answer] : posts_)
    if (method == "POST") out.push_back(path);
  return out;
}

Answer Workbench::get(const std::string& path, const Query& query) {
  return gets_.at(path)(query);
}

Answer Workbench::post(const std::string& path, const Json& body) {
  return posts_.at(path)(body);
}

ModelRequest Workbench::model_request(const Json& body) const {
  ModelRequest out{.path = text_of(body, "path"), .text = {}, .params = numbers_of(body, "params")};
  folder_.file(out.path, ".casus", false);  // an unsaved text has a place in the folder too
  out.text = body.contains("text") && !body["text"].is_null() ? text_of(body, "text") : folder_.read(out.path);
  return out;
}

Json Workbench::folder_answer() {
  Json files = Json::array();
  for (const auto& path : folder_.list(".casus")) {
    try {
      files.push_back(headline(path, folder_.read(path)));
    } catch (const Refusal&) {
      continue;  // too large, or gone
    }
  }
  return {{"name", folder_.root().filename().string()},
          {"files", files},
          {"studies", studies_.list()},
          {"jobs", jobs_.all()},
          {"games", games_.list()}};
}

void Workbench::add_reading() {
  gets_["/api/version"] = [this](const Query&) {
    return answer(
        {{"casus", casus::version()}, {"folder", folder_.root().string()}, {"token", !settings_.token.empty()}});
  };
  gets_["/api/folder"] = [this](const Query&) { return answer(folder_answer()); };
  gets_["/api/file"] = [this](const Query& q) {
    const auto text = folder_.read(asked(q, "path"));
    return answer({{"text", text}, {"version", fingerprint(text)}});
  };
  posts_["/api/file"] = [this](const Json& b) {
    return answer({{"version", folder_.write(text_of(b, "path"), text_of(b, "text"), text_of(b, "version"))}});
  };
}

void Workbench::add_cases() {
  posts_["/api/check"] = [this](const Json& b) {
    const auto request = model_request(b);
    const auto project = models_.load(request.path, request.text);
    const auto& loaded = project->loaded;
    return answer({{"errors", loaded.diagnostics.error_count()},
                   {"diagnostics", Json::parse(base::render_json(loaded.diagnostics, loaded.sources))}});
  };
  posts_["/api/format"] = [this](const Json& b) {
    const auto request = model_request(b);
    language::Loaded parsed;
    const auto text = language::format_text(request.path, request.text, parsed.sources, parsed.diagnostics);
    if (!text)
      throw refusal_of(parsed.diagnostics, parsed.sources,
                       fmt::format("'{}' has mistakes and cannot be formatted", request.path));
    return answer({{"text", *text}});
  };
  posts_["/api/describe"] = [this](const Json& b) {
    const auto request = model_request(b);
    return answer(describe(request.path, models_.load_sound(request.path, request.text)->loaded));
  };
  posts_["/api/solve"] = [this](const Json& b) {
    const auto superseded = newest_.note(b, "solve");
    return Answer{solve_answer(settings_, models_, worlds_, model_request(b), b, *superseded)};
  };
  posts_["/api/situation"] = [this](const Json& b) {
    const auto superseded = newest_.note(b, "situation");
    return Answer{situation_answer(settings_, models_, worlds_, model_request(b), b, *superseded)};
  };
}

void Workbench::add_runs() {
  posts_["/api/run"] = [this](const Json& b) {
    const auto request = model_request(b);
    const auto overwrite = b.contains("overwrite") && b["overwrite"].is_boolean() && b["overwrite"].get<bool>();
    return answer(jobs_.start(run_request(b, request), request.text, overwrite));
  };
  gets_["/api/job"] = [this](const Query& q) { return answer(jobs_.job(asked(q, "id"))); };
  gets_["/api/jobs"] = [this](const Query&) { return answer(jobs_.all()); };
  posts_["/api/cancel"] = [this](const Json& b) { return answer(jobs_.cancel(text_of(b, "id"))); };
  posts_["/api/resume"] = [this](const Json& b) {
    const auto path = text_of(b, "path", "");
    return answer(path.empty() ? jobs_.resume(text_of(b, "id")) : jobs_.resume_study(path));
  };
  gets_["/api/study"] = [this](const Query& q) { return Answer{*studies_.data(asked(q, "path"))}; };
  gets_["/api/report"] = [this](const Query& q) {
    const auto path = asked(q, "path");
    return Answer{studies_.report(path), "text/html; charset=utf-8",
                  std::filesystem::path(path).stem().string() + ".html"};
  };
  gets_["/api/compare"] = [this](const Query& q) { return Answer{studies_.compare(asked(q, "a"), asked(q, "b"))}; };
}

void Workbench::add_games() {
  posts_["/api/play"] = [this](const Json& b) { return answer(games_.create(model_request(b), b)); };
  gets_["/api/game"] = [this](const Query& q) {
    std::optional<uint64_t> after;
    if (const auto at = q.find("after"); at != q.end()) {
      const auto& text = at->second;
      uint64_t value = 0;
      if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
        throw Refusal{400, "?after= must be a number"};
      after = value;
    }
    return answer(games_.view(asked(q, "id"), asked(q, "seat"), after, 20));
  };
  posts_["/api/choose"] = [this](const Json& b) {
    return answer(games_.choose(text_of(b, "id"), text_of(b, "seat"), text_of(b, "option")));
  };
  posts_["/api/reveal"] = [this](const Json& b) { return answer(games_.reveal(text_of(b, "id"), text_of(b, "seat"))); };
  posts_["/api/leave"] = [this](const Json& b) { return answer(games_.leave(text_of(b, "id"), text_of(b, "seat"))); };
}

}  // namespace casus::serve

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <iterator>

#include "language/checker.h"
#include "language/continuum.h"
#include "language/language.h"
#include "language/program.h"

namespace casus::language {
namespace {

namespace fs = std::filesystem;
using namespace syntax;

constexpr int most_module_depth = 16;
constexpr size_t most_module_uses = 1000;
constexpr size_t most_declarations = 200'000;

class Loader {
 public:
  Loader(const LoadOptions& options, Loaded& out) : options_(options), out_(out) {}

  void load(uint32_t file, std::optional<fs::path> folder) {
    folder_ = std::move(folder);
    program_.start = {file, 0, first_line(file)};
    program_.scopes.push_back(std::make_unique<Scope>());
    const Parsed* parsed = parse_file(file);
    for (const Item& item : parsed->file.items) refuse_in_case(item);
    collect(*parsed, *program_.scopes[0], 0);
    for (const fs::path& overlay : options_.overlays) load_overlay(overlay);
    if (!out_.diagnostics.has_errors()) out_.value = check(program_, out_.diagnostics);
  }

  static std::optional<std::string> read(const LoadOptions& options, const fs::path& path, std::string& why) {
    const auto text_there = options.texts.find(path);
    if (text_there != options.texts.end()) return text_there->second.substr(0, most_bytes + 1);
    if (options.only_texts) return why = "there is no text of that name", std::nullopt;
    std::error_code code;
    const auto status = fs::status(path, code);
    if (status.type() == fs::file_type::none) return why = code.message(), std::nullopt;
    if (!fs::exists(status)) return why = "there is no such file", std::nullopt;
    if (fs::is_directory(status)) return why = "this is a folder, not a file", std::nullopt;
    std::ifstream in(path, std::ios::binary);
    if (!in) return why = "the file cannot be opened for reading", std::nullopt;
    // One byte more than is accepted tells the parser that there is too much.
    std::string text(most_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(in.gcount()));
    if (in.bad()) return why = "the file cannot be read", std::nullopt;
    return text;
  }

 private:
  uint32_t first_line(uint32_t file) const {
    const std::string& text = out_.sources.text(file);
    return static_cast<uint32_t>(std::min(text.find('\n'), text.size()));
  }

  Parsed* parse_file(uint32_t file) {
    program_.files.push_back(std::make_unique<Parsed>(parse(out_.sources, file, out_.diagnostics)));
    write_out_types(program_.files.back()->file, options_.other_nodes, out_.diagnostics);
    return program_.files.back().get();
  }

  void refuse_in_case(const Item& item) {
    if (const auto* needs = std::get_if<NeedsDecl>(&item))
      out_.diagnostics.error("syntax", needs->span, "only a module needs something from outside", "declare it here");
    if (const auto* head = std::get_if<CaseHeader>(&item); head && head->is_module)
      out_.diagnostics.error("no-case", head->span, "this file is a module, not a case",
                             "a case uses it with: use \"name\"");
  }

  void collect(const Parsed& parsed, const Scope& scope, int depth) {
    for (const Item& item : parsed.file.items) {
      if (const auto* use = std::get_if<UseDecl>(&item))
        load_module(*use, scope, depth);
      else
        program_.units.push_back({&item, &scope});
    }
  }

  // The parsed file of a module, read once however often it is used.
  const Parsed* module_file(const UseDecl& use) {
    const std::string& name = use.module.text;
    if (const auto known = modules_.find(name); known != modules_.end()) return known->second;
    std::vector<std::string> tried;
    std::vector<fs::path> folders = options_.library_dirs;
    if (folder_) folders.insert(folders.begin(), *folder_);
    for (const fs::path& folder : folders) {
      const fs::path path = folder / (name + ".casus");
      std::string why;
      if (auto text = read(options_, path, why)) {
        const Parsed* parsed = parse_file(out_.sources.add(path.string(), std::move(*text)));
        for (const Item& item : parsed->file.items) check_module_item(item, name);
        if (parsed->file.items.empty() || !std::holds_alternative<CaseHeader>(parsed->file.items[0]))
          out_.diagnostics.error("no-module", use.module.span,
                                 fmt::format("'{}' does not begin with 'module \"title\"'", path.string()));
        return modules_[name] = parsed;
      }
      tried.push_back(path.string());
    }
    out_.diagnostics.error(
        "unknown-module", use.module.span, fmt::format("there is no module '{}'", name),
        tried.empty() ? "no library folder is known" : fmt::format("looked for {}", fmt::join(tried, ", ")));
    return modules_[name] = nullptr;
  }

  void check_module_item(const Item& item, const std::string& name) {
    const auto refuse = [&](base::Span span, const char* what) {
      out_.diagnostics.error("not-in-module", span,
                             fmt::format("a module has no {}; '{}' leaves that to the case", what, name));
    };
    if (const auto* head = std::get_if<CaseHeader>(&item); head && !head->is_module) refuse(head->span, "'case' title");
    if (const auto* h = std::get_if<Horizon>(&item)) refuse(h->span, "horizon");
    if (const auto* s = std::get_if<Setting>(&item)) refuse(s->span, s->is_discount ? "discount" : "precision for all");
  }

  void load_module(const UseDecl& use, const Scope& outer, int depth) {
    auto& diagnostics = out_.diagnostics;
    if (depth >= most_module_depth || ++uses_ > most_module_uses) {
      diagnostics.error("too-deep", use.span, "modules use each other without end",
                        "a module cannot use itself, directly or through others");
      return;
    }
    const std::string& name = use.module.text;
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/") !=
            std::string::npos ||
        name.front() == '/') {
      diagnostics.error("unknown-module", use.module.span, fmt::format("'{}' is no name of a module", name),
                        "letters, digits, '-', '_' and '/' only; without '.casus'");
      return;
    }
    const Parsed* parsed = module_file(use);
    if (!parsed) return;
    auto scope = std::make_unique<Scope>();
    scope->instance = use.alias ? outer.prefix() + use.alias.text : outer.instance;
    for (const auto& other : program_.scopes)
      if (use.alias && other->instance == scope->instance) {
        diagnostics.error("duplicate-name", use.alias.span,
                          fmt::format("'{}' is already the name of another use", use.alias.text),
                          "choose another name after 'as'");
        return;
      }
    if (program_.units.size() + parsed->file.items.size() > most_declarations) {
      diagnostics.error("too-large", use.span,
                        fmt::format("the modules add up to more than {} declarations", most_declarations));
      return;
    }
    arguments(use, *parsed, outer, *scope);
    program_.scopes.push_back(std::move(scope));
    collect(*parsed, *program_.scopes.back(), depth + 1);
  }

  // What the module needs becomes an alias for the case's name; numbers replace those of the module's parameters.
  void arguments(const UseDecl& use, const Parsed& parsed, const Scope& outer, Scope& scope) {
    auto& diagnostics = out_.diagnostics;
    std::map<std::string, const UseArgument*> given;
    for (const UseArgument& argument : use.arguments)
      if (!given.emplace(argument.name.text, &argument).second)
        diagnostics.error("duplicate-name", argument.name.span, fmt::format("'{}' is given twice", argument.name.text));
    std::vector<std::string> known;
    for (const Item& item : parsed.file.items) {
      if (const auto* needs = std::get_if<NeedsDecl>(&item)) {
        known.push_back(needs->name.text);
        const auto found = given.find(needs->name.text);
        if (found == given.end()) {
          diagnostics.error("missing-argument", use.span,
                            fmt::format("the module '{}' needs '{}'{}", use.module.text, needs->name.text,
                                        needs->words.text ? ": " + needs->words.text.text : ""),
                            fmt::format("write: use \"{}\" {{ {} = ... }}", use.module.text, needs->name.text));
          continue;
        }
        need(*needs, *found->second, outer, scope);
        given.erase(found);
      } else if (const auto* param = std::get_if<ParamDecl>(&item)) {
        known.push_back(param->name.text);
        const auto found = given.find(param->name.text);
        if (found == given.end()) continue;
        program_.arguments.push_back({scope.prefix() + param->name.text, found->second, &outer});
        given.erase(found);
      }
    }
    for (const auto& [name, argument] : given) {
      const std::string near = base::nearest_name(name, known);
      diagnostics.error(
          "unknown-name", argument->name.span,
          fmt::format("the module '{}' neither needs '{}' nor has a parameter of that name", use.module.text, name),
          near.empty() ? (known.empty() ? "" : fmt::format("it takes: {}", fmt::join(known, ", ")))
                       : fmt::format("did you mean '{}'?", near));
    }
  }

  // An actor, set, state or parameter goes by its name in the case; what the module needs as a `let` may be any
  // expression.
  void need(const NeedsDecl& needs, const UseArgument& argument, const Scope& outer, Scope& scope) {
    const Expr* value = argument.draw.fixed.get();
    const std::string& name = needs.name.text;
    if (needs.kind == NeedKind::let && value) {
      scope.aliases[name] = fmt::format("{}{}.{}", hidden_name, program_.needs.size(), name);
    } else {
      bool plain = value && value->kind == ExprKind::path;
      std::string target;
      if (plain)
        for (const PathPart& part : value->path.parts) {
          plain = plain && part.indices.empty();
          target += (target.empty() ? "" : ".") + part.name.text;
        }
      if (!plain) {
        out_.diagnostics.error("wrong-kind", argument.draw.span,
                               fmt::format("'{}' stands for something of the case; expected its name", name));
        return;
      }
      const auto alias = outer.aliases.find(target);
      scope.aliases[name] = alias != outer.aliases.end() ? alias->second : outer.prefix() + target;
    }
    program_.needs.push_back({&needs, scope.aliases[name], value, &outer});
  }

  void load_overlay(const fs::path& path) {
    std::string why;
    auto text = read(options_, path, why);
    if (!text) {
      out_.diagnostics.error("no-file", {0xFFFFFFFF, 0, 0}, fmt::format("cannot read '{}': {}", path.string(), why));
      return;
    }
    const Parsed* parsed = parse_file(out_.sources.add(path.string(), std::move(*text)));
    for (const Item& item : parsed->file.items) program_.overlays.push_back({&item, program_.scopes[0].get()});
  }

  const LoadOptions& options_;
  Loaded& out_;
  Program program_;
  std::optional<fs::path> folder_;
  std::map<std::string, const Parsed*> modules_;
  size_t uses_ = 0;
};

}  // namespace

Loaded load_file(const std::filesystem::path& file, const LoadOptions& options) {
  Loaded out;
  std::string why;
  auto text = Loader::read(options, file, why);
  if (!text) {
    out.diagnostics.error("no-file", {0xFFFFFFFF, 0, 0}, fmt::format("cannot read '{}': {}", file.string(), why));
    return out;
  }
  const uint32_t index = out.sources.add(file.string(), std::move(*text));
  Loader(options, out).load(index, file.has_parent_path() ? file.parent_path() : fs::path("."));
  return out;
}

Loaded load_text(const std::string& name, const std::string& text, const LoadOptions& options) {
  Loaded out;
  const uint32_t index = out.sources.add(name, text);
  Loader(options, out).load(index, std::nullopt);
  return out;
}

}  // namespace casus::language

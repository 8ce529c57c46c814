// A case with its modules and overlays, parsed and lined up but not yet checked: in, files; out, declarations each with
// the scope in which its names are to be read.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "language/parser.h"

namespace casus::language {

// Where a declaration's names live. A module's instance `kz` declares `kz.x` for its own `x` and reads what it needs
// under the names the case gave.
struct Scope {
  std::string instance;                        // "kz"; empty for the case and for modules used without `as`
  std::map<std::string, std::string> aliases;  // a name the module needs -> the full name it stands for
  std::string prefix() const { return instance.empty() ? "" : instance + "."; }
};

struct Unit {
  const syntax::Item* item;
  const Scope* scope;
};

// A number that the use of a module gives to one of its parameters.
struct Argument {
  std::string param;  // full name
  const syntax::UseArgument* argument;
  const Scope* scope;  // of the `use`
};

// What a module needs, the full name that stands for it and what the case gave, to be read in the scope of the `use`.
struct Need {
  const syntax::NeedsDecl* needs;
  std::string name;
  const syntax::Expr* value;
  const Scope* scope;
};

// First letter of full names that no text can contain: definitions given to a module as expressions.
inline constexpr char hidden_name = '\x02';

struct Program {
  std::vector<std::unique_ptr<Parsed>> files;
  std::vector<std::unique_ptr<Scope>> scopes;  // the first is the case's own
  std::vector<Unit> units;                     // in the order of the text, modules in the place of their `use`
  std::vector<Argument> arguments;
  std::vector<Need> needs;
  std::vector<Unit> overlays;
  base::Span start;  // for complaints about what is missing
};

}  // namespace casus::language

// The checker's working state: in, declarations; out, parts of the model. Private to the check_*.cpp files.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "language/checker_values.h"
#include "language/program.h"
#include "model/case_model.h"

namespace casus::language {

class Checker {
 public:
  Checker(const Program& program, base::Diagnostics& diagnostics) : program_(program), diagnostics_(diagnostics) {}
  std::optional<model::Case> run();

 private:
  using Span = base::Span;
  using ExprId = model::ExprId;

  // Thrown, after a diagnostic, when the model grows beyond all measure or there are too many errors.
  struct Stop {};

  // ---- what is declared; a family is a declaration with all its indices ----
  enum class Kind : uint8_t { set, actor, param, state, let, stage, measure, policy };
  struct Symbol {
    Kind kind;
    uint32_t index;  // in the vector of its kind
    Span span;
    bool used = false;
  };
  struct Set {
    std::string name;
    Labels elements;
    std::vector<double> numbers;    // that the elements are; none: names
    std::vector<double> ascending;  // the same
    float scale() const { return static_cast<float>(std::max(-ascending.front(), ascending.back())); }
    std::optional<int> element_of(double number) const;
  };
  static constexpr uint32_t round_set = 0;  // the rounds of the case, as a set of numbers
  struct Dim {
    uint32_t set;
    std::string binder;  // may be empty
  };
  struct Actor {
    std::string name;
    const syntax::ActorDecl* decl;
    const Scope* scope;
    const syntax::ActorDecl* overlay = nullptr;
    std::vector<Dim> dims;
    Labels types;
    uint32_t first = 0;  // model index of the first member
  };
  struct CellSource {
    const syntax::Draw* draw = nullptr;
    const syntax::Words* words = nullptr;
    const Scope* scope = nullptr;
    std::vector<std::string> binders;  // names of the set indices, as this source calls them
  };
  struct Param {
    std::string name;
    const syntax::ParamDecl* decl;
    const Scope* scope;
    std::vector<Dim> dims;  // sets only
    int actor = -1;         // family whose types index it
    std::vector<Labels> cell_dims;
    std::vector<const Set*> cell_sets;  // of each; null: the types
    std::vector<CellSource> cells;
    uint32_t first = 0;
    bool broken = false;  // its index is in error
  };
  struct State {
    std::string name;
    const syntax::StateDecl* decl;
    const Scope* scope;
    std::vector<Dim> dims;
    Type type;
    Labels labels;
    const Set* numbers = nullptr;  // its domain, if that is a set of numbers
    uint32_t first = 0;
    int low = 0, high = 0;
    bool good = false;
  };
  struct Let {
    std::string name;
    const syntax::Expr* expression;
    Span span;
    const Scope* scope;
    std::vector<Dim> dims;
    std::map<std::vector<int>, Value> values;
    std::set<std::vector<int>> open;  // being evaluated
  };
  struct StageFamily {
    std::string name;
    const Scope* scope;
    std::vector<Dim> dims;
    enum class Names : uint8_t { options, outcomes, both };
    Names names = Names::options;  // what `Stage.name` may mean; outcomes: of chance, or signals of several movers
    std::map<std::vector<int>, std::pair<uint32_t, uint32_t>> places;  // stage, decision
  };
  struct MeasureFamily {
    std::string name;
    const syntax::MeasureDecl* decl;
    const Scope* scope;
    std::vector<Dim> dims;
    uint32_t first = 0;
    bool ready = false;  // numbered, so that others may speak of it
  };
  // A condition or a number of a measure, as it is counted at the end or in each round.
  struct Told {
    Type type;
    ExprId body = model::no_expr;  // no_expr after an error
    bool each_round = false;
    bool good() const { return body != model::no_expr; }
  };
  static constexpr size_t most_values = 1000;  // of a number that has a quantile
  enum class Wanted : uint8_t { condition, number, either };
  struct Binding {
    std::string name;
    uint32_t set;
    int element;
  };

  // ---- messages and limits (check_names.cpp) ----
  void error(std::string code, Span span, std::string message, std::string hint = {});
  void warning(std::string code, Span span, std::string message, std::string hint = {});
  void tick(size_t steps = 1);  // of the work that index sets make; stops a case that would never end
  void missing(std::string code, std::string message, std::string hint);

  // ---- names (check_names.cpp) ----
  void register_all();
  void number_all();  // model indices and types of everything declared, but parameters
  void number_params();
  void check_needs();
  void register_item(const syntax::Item& item, const Scope& scope);
  void register_stage(const syntax::Stage& stage, const Scope& scope, std::vector<Dim> outer);
  bool declare(const syntax::Name& name, const Scope& scope, Kind kind, size_t index);
  Symbol* lookup(const std::string& name, const Scope& scope);
  // The symbol a path begins with; `used` is the number of parts it takes. Null if there is none.
  Symbol* resolve(const syntax::Path& path, size_t& used);
  bool is_value(const Symbol& symbol) const;
  std::vector<std::string> names_of(std::initializer_list<Kind> kinds) const;
  void unknown(const syntax::Path& path, std::string_view what, std::initializer_list<Kind> kinds,
               const Labels& extra = {});
  static std::string path_text(const syntax::Path& path);
  std::optional<uint32_t> set_of(const syntax::Path& path);
  std::optional<std::vector<Dim>> dims_of(const std::vector<syntax::Dimension>& dims);

  // ---- sets and their elements (check_sets.cpp) ----
  const Binding* binding(const std::string& name) const;
  const Labels& elements(const Dim& dim) const { return sets_[dim.set].elements; }
  size_t count(const std::vector<Dim>& dims) const;
  size_t flat(const std::vector<Dim>& dims, const std::vector<int>& tuple) const;
  std::string element_name(const std::string& name, const std::vector<Dim>& dims, const std::vector<int>& tuple) const;
  // Runs f for each tuple of elements, its binders bound.
  void for_each(const std::vector<Dim>& dims, const std::function<void(const std::vector<int>&)>& f);
  // Runs f for each binding of the `h in Set` items in the paths.
  void for_each_binding(const std::vector<const syntax::Path*>& paths, const std::function<void()>& f);
  std::optional<std::vector<int>> tuple_of(const syntax::PathPart& part, const std::vector<Dim>& dims,
                                           const std::string& name, size_t from = 0, bool exact = true,
                                           ExprId* round = nullptr);

  void register_set(const syntax::SetDecl& decl, const Scope& scope);
  bool add_numbers(const syntax::NumberRange& range, Set& set);
  static std::string nearest(const std::vector<double>& ascending, double number);
  ExprId number_of(const Set& set, size_t element, Span span);
  std::vector<int> meant(const syntax::KeyPart& part, const Labels& labels, const Set* set);
  static std::string key_text(const syntax::KeyPart& part);
  std::optional<std::string> option_name(const syntax::PathPart& part, const Labels& known);
  // `round`: takes an index of rounds that is no constant; the element is then the first.
  std::optional<int> element_at(const syntax::Index& index, const Dim& dim, const std::string& name, ExprId* round);

  // ---- expressions (check_expressions.cpp, check_paths.cpp, check_nodes.cpp) ----
  Value lower(const syntax::Expr& e, const Context& context, const Type* expected = nullptr);
  Value lower_binary(const syntax::Expr& e, const Context& context);
  Value lower_equality(const syntax::Expr& e, const Context& context);
  Value lower_if(const syntax::Expr& e, const Context& context, const Type* expected);
  Value lower_fold(const syntax::Expr& e, const Context& context);
  Value lower_path(const syntax::Expr& e, const Context& context, const Type* expected);
  Value lower_param(const syntax::Path& path, Symbol& symbol, const Context& context);
  // Of parameters indexed by round (check_by_round.cpp).
  void number_rounds();
  ExprId by_round(ExprId round, Span span, const std::function<ExprId(int)>& cell);
  std::optional<double> known_in(ExprId id, int round) const;
  bool comes_about_in(int round) const;
  Value lower_state(const syntax::Path& path, Symbol& symbol, const Context& context);
  Value lower_let(const syntax::Path& path, Symbol& symbol, const Context& context);
  Value lower_chosen(const syntax::Path& path, size_t used, const Context& context);
  Value lower_is(const syntax::Expr& e, const Context& context);
  Value lower_belief(const syntax::Expr& e, const Context& context);
  Value lower_measure(const syntax::Path& path, Symbol& symbol, size_t used, const Context& context);
  Value let_value(uint32_t let, const std::vector<int>& tuple);
  ExprId number(const syntax::Expr& e, const Context& context);  // no_expr after an error
  ExprId number_or_infinity(const syntax::Expr& e, const Context& context);
  static bool is_infinity(const syntax::Expr& e);
  void infinity_elsewhere(const syntax::Expr& e);
  ExprId condition(const syntax::Expr& e, const Context& context);
  std::optional<double> constant(const syntax::Expr& e, const Context& context = constant_context);
  std::optional<double> constant_of(ExprId id) const;
  bool allowed(uint8_t dependence, const Context& context, Span span, const std::string& what);
  bool is_loose_label(const syntax::Expr& e);
  bool want_number(const Value& value, Span span, std::string_view what);
  bool want_boolean(const Value& value, Span span, std::string_view what);
  static std::string kind_name(const Type& type);
  static bool same(const Type& a, const Type& b);
  ExprId leaf(model::Expr e, uint8_t dependence, Span span);
  ExprId constant_node(double value, Span span);
  ExprId node(model::Op op, Span span, ExprId a, ExprId b = model::no_expr, ExprId c = model::no_expr);

  ExprId compare(model::Op op, Span span, ExprId a, ExprId b);

  // ---- declarations ----
  std::optional<uint32_t> actor_of(const syntax::Path& path, size_t parts);  // model index (check_paths.cpp)
  // `Actor.type`: model index and type (check_paths.cpp)
  std::optional<std::pair<uint32_t, uint32_t>> actor_type(const syntax::Path& path);
  std::optional<uint32_t> type_index(uint32_t actor, const syntax::Name& type);
  void header();   // check_declarations.cpp
  void overlay();  // check_declarations.cpp
  void actors();
  void actor_numbers();
  void one_actor(Actor& family);
  void prior(const Actor& family, const std::vector<syntax::TypeDecl>& types, Span span, model::Actor& out);
  void params();  // check_params.cpp
  void prepare_param(Param& param);
  void take_source(Param& param, const syntax::ParamDecl& decl, const Scope& scope, bool partial);
  void one_param(Param& param);
  void draw(const syntax::Draw& draw, model::Param& out);
  void correlations();
  void infinite_params();
  std::optional<uint32_t> param_of(const syntax::Path& path);
  std::optional<std::vector<uint32_t>> cells_of(const syntax::Path& path, Param& param);
  void states();  // check_states.cpp
  void one_state(State& state);
  std::optional<int> value_in(const State& state, const syntax::Expr& e, std::string_view what);
  std::string domain_text(const State& state) const;
  static std::optional<int> value_of(const State& state, double number);
  void stages();  // check_round.cpp
  void build_stage(const syntax::Stage& stage, const Scope& scope);
  void build_decision(const syntax::Stage& stage, const std::vector<int>& outer, std::vector<model::Decision>& out,
                      uint32_t stage_index);
  // What kind of option is read: `what` names it, and says what may stand in its probability and payments.
  struct OptionKind {
    const char* what;
    const Context &probability, &pay;
  };
  void build_options(const syntax::Stage& stage, const std::vector<syntax::Option>& options, const OptionKind& kind,
                     std::vector<model::Option>& out);
  void check_chance(const syntax::Stage& stage, const std::vector<syntax::Option>& options, const model::Stage& out);
  // Of what is done in secret (check_secrets.cpp).
  void signals(const syntax::Stage& stage, uint32_t index);
  void check_deeds(const model::Stage& out, uint32_t index, Span span);
  void come_about();
  bool ties_to_earlier(ExprId prior, Span span, const model::Actor& out);
  void one_change(const model::Stage& out);
  void check_secret(const model::Stage& out, Span span);
  void only_own_deeds(ExprId id, uint32_t stage, Span span);
  bool asks_of_secrets(ExprId id) const;
  std::set<uint32_t> types_read(ExprId id) const;
  void redraw(const syntax::Effect& effect, model::Option& out);
  void effects(const std::vector<syntax::Effect>& list, model::Option& out);
  void assign(const syntax::Effect& effect, std::vector<model::Assign>& out);
  std::optional<uint32_t> mover_of(const syntax::Path& path);
  std::optional<uint32_t> paid_of(const syntax::Path& path);
  void payoffs();
  void measures();  // check_measures.cpp
  void one_measure(MeasureFamily& family);
  void plain_measure(const syntax::Term& term, Span span, model::Measure& out);
  void formula(const syntax::Expr& e, model::Measure& out);
  ExprId params_as_terms(ExprId id);
  void alone_in_measure(ExprId body, Span span);
  void one_stage(ExprId body, Span span);
  std::string asked_text(const model::Measure& m) const;
  void shape(ExprId id, std::string& out) const;
  uint32_t counted(model::MeasureKind kind, bool probability, ExprId body, Span span, uint32_t actor = 0,
                   uint32_t rival = model::no_rival);
  const model::Measure& measure_numbered(uint32_t measure) const;
  ExprId reads(uint32_t measure, int round, ExprId given, Span span);
  Value read_measure(const model::MeasureRef& ref, Span span);
  ExprId latch(const syntax::Expr& condition, int unless);  // check_terms.cpp
  Told told(const syntax::Event& event, syntax::When when, Wanted wanted, const Context* context = nullptr);
  ExprId types_given(const std::optional<syntax::Event>& given);
  Value lower_term(const syntax::Expr& e, const Context& context);
  Value lower_mean(const syntax::Term& t, Span span);
  Value lower_payoff(const syntax::Term& t, Span span);
  Value lower_rounds(const syntax::Term& t, Span span);
  Value lower_correlation(const syntax::Term& t, Span span);
  Value lower_quantile(const syntax::Term& t, Span span);
  bool same_time(const Told& a, const Told& b, Span span);
  bool at_one_stage(Told& a, Told& b, model::MeasureKind kind, Span span);
  ExprId first_choice(ExprId id) const;
  ExprId share(ExprId of, ExprId all, Span span);
  ExprId sum_of(std::vector<ExprId> terms, Span span);
  std::optional<std::vector<double>> values_of(ExprId id, bool each_round);  // check_values.cpp
  void policies();
  void one_policy(const syntax::PolicyDecl& decl, const Scope& scope);
  std::optional<std::pair<uint32_t, int>> player_of(const syntax::Path& path);
  void never_binds(const model::Commitment& line, uint32_t actor, const model::Policy& policy);
  void commitment(const syntax::PolicyItem& item, model::Policy& out);
  void change(const syntax::PolicyItem& item, model::Policy& out);
  std::optional<std::tuple<uint32_t, uint32_t, uint32_t>> option_of(const syntax::Path& path);
  void claims();
  void endless();  // check_endless.cpp
  ExprId at_first(const syntax::Expr& condition);
  Value lower_first(const syntax::Term& t, Span span);
  Value lower_endless_rounds(const syntax::Term& t, Span span);
  void no_secrets_of_types();
  Value no_round(Span span, const std::string& why);
  void unused();
  static model::Words words(const syntax::Words& words);

  const Program& program_;
  base::Diagnostics& diagnostics_;
  model::Case case_;
  std::unordered_map<std::string, Symbol> symbols_, measures_by_name_, policies_by_name_;
  std::vector<Set> sets_;
  std::vector<Actor> actors_;
  std::vector<Param> params_;
  std::vector<State> states_;
  std::vector<Let> lets_;
  std::vector<StageFamily> stages_;
  std::vector<MeasureFamily> measures_;
  std::unordered_map<const syntax::Stage*, std::map<const Scope*, uint32_t>> stage_family_;
  std::set<const Scope*> placed_;  // modules whose stages stand where a round says `use`
  struct NeverAtFirst {
    uint32_t actor;
    syntax::Name type;
    Span span;
  };
  std::vector<NeverAtFirst> never_at_first_;  // types with prior 0
  std::set<uint32_t> tied_;                   // actors whose prior hangs on another's type, and those others
  std::vector<Binding> bindings_;
  // What holds wherever the expression that is read is worked out, or does not.
  std::vector<std::pair<ExprId, bool>> assumed_;
  struct Assume {
    Assume(Checker& c, ExprId condition, bool holds) : checker(c) { c.assumed_.emplace_back(condition, holds); }
    ~Assume() { checker.assumed_.pop_back(); }
    Assume(const Assume&) = delete;
    Assume& operator=(const Assume&) = delete;
    Checker& checker;
  };
  bool bad_set_ = false;
  int cell_round_ = 0;  // whose value of a parameter is read
  const Scope* scope_ = nullptr;
  std::vector<uint32_t> open_lets_;
  model::Claim* claim_ = nullptr;
  model::Measure* formula_ = nullptr;  // whose formula is read
  bool each_round_ = false;            // whether it reads a value for each round
  int formula_depth_ = 0;              // formulas on which it rests, one upon the other
  std::vector<int> depth_of_measure_;
  std::vector<model::Measure> unasked_;
  std::map<std::string, uint32_t> counted_;  // by what they ask
  std::map<std::string, ExprId> latches_;    // the same
  int depth_ = 0;
  size_t ticks_ = 0;
  struct NodeFacts {
    uint8_t dependence = 0;
    uint16_t depth = 1;
    float size = 1;             // nodes if written out as a tree
    float scale = 0;            // of the sets of numbers that are read in it: the largest number
    uint32_t params_below = 0;  // every parameter in it has a number below this
  };
  std::vector<NodeFacts> facts_;
  std::set<std::tuple<uint32_t, uint32_t, uint32_t, std::string>> said_;
};

}  // namespace casus::language

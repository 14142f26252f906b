#include "src/analysis/access_matrix.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "src/analysis/clause.h"
#include "src/analysis/clause_algebra.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Access = MatrixCell::Access;

// An entry with more values than this is taken as a whole.
constexpr std::size_t kMostParts = 100;

/// A rule that has not expired, with its clauses.
struct LiveRule {
  Rule rule;
  std::vector<Clause> clauses;
};

struct Column {
  std::string method;
  MethodScope scope = MethodScope::kMethod;
};

struct RowCallers {
  std::string label;
  SourceLocation location;
  std::vector<Clause> clauses;
};

/// The rules that count for one column.
struct ColumnRules {
  std::vector<const LiveRule*> allow;
  std::vector<const LiveRule*> deny;
  Mode mode = Mode::kEnforce;
};

const LiveRule* FirstCovering(const std::vector<const LiveRule*>& rules, const Clause& callers) {
  for (const LiveRule* rule : rules) {
    for (const Clause& clause : rule->clauses) {
      if (CoversCallers(clause, callers)) return rule;
    }
  }
  return nullptr;
}

// The first rule that lets in some of `callers`, and that no deny entry beats for all of them.
const LiveRule* FirstWithin(const ColumnRules& column, const Clause& callers) {
  // Everybody is a row for those whom nothing else names.
  if (callers.selectors.front().field == Field::kAny) return nullptr;
  for (const LiveRule* rule : column.allow) {
    for (const Clause& clause : rule->clauses) {
      const std::vector<Clause> parts = Split(clause, kMostParts);
      const bool has_some = std::any_of(parts.begin(), parts.end(), [&](const Clause& part) {
        return CoversCallers(callers, part) && FirstCovering(column.deny, part) == nullptr;
      });
      if (has_some) return rule;
    }
  }
  return nullptr;
}

bool MayMeetAny(const LiveRule& rule, const std::vector<Clause>& callers) {
  for (const Clause& clause : rule.clauses) {
    for (const Clause& other : callers) {
      if (MayOverlap(clause, other)) return true;
    }
  }
  return false;
}

MatrixCell CellOf(const RowCallers& row, const ColumnRules& column) {
  MatrixCell cell;
  const LiveRule* allowing = nullptr;
  const LiveRule* denying = nullptr;
  std::size_t allowed = 0;
  std::size_t denied = 0;
  bool is_partly = false;
  for (const Clause& callers : row.clauses) {
    if (const LiveRule* const deny = FirstCovering(column.deny, callers); deny != nullptr) {
      ++denied;
      if (denying == nullptr) denying = deny;
    } else if (const LiveRule* const allow = FirstCovering(column.allow, callers);
               allow != nullptr) {
      ++allowed;
      if (allowing == nullptr) allowing = allow;
    } else if (const LiveRule* const within = FirstWithin(column, callers); within != nullptr) {
      is_partly = true;
      if (allowing == nullptr) allowing = within;
    }
  }
  if (allowing == nullptr) {
    const bool all_denied = denied == row.clauses.size();
    cell.access = all_denied ? Access::kDenied : Access::kNone;
    if (all_denied) cell.rule = denying->rule;
    if (column.mode == Mode::kObserve) cell.access = Access::kObserved;
    return cell;
  }
  is_partly = is_partly || allowed < row.clauses.size();
  cell.access = is_partly ? Access::kPartly : Access::kAllowed;
  cell.rule = allowing->rule;
  for (const LiveRule* deny : column.deny) {
    if (MayMeetAny(*deny, row.clauses)) cell.exceptions.push_back(deny->rule);
  }
  return cell;
}

class Matrix {
 public:
  Matrix(const PolicyDocument& document, const ServiceCatalog* services, absl::Time now)
      : document_(document), services_(services), now_(now), expander_(document) {}

  std::variant<AccessMatrix, Problem> Make() {
    ReadRules();
    const std::vector<Column> columns = Columns();
    const std::vector<RowCallers> rows = Rows();
    if (rows.size() > kMostMatrixCells / columns.size()) {
      return Problem{"the policy is too large for a table: " + std::to_string(rows.size()) +
                         " kinds of callers and " + std::to_string(columns.size()) + " methods",
                     "ask for single calls with `certgate explain`"};
    }
    std::vector<ColumnRules> rules;
    rules.reserve(columns.size());
    AccessMatrix matrix;
    for (const Column& column : columns) {
      matrix.methods.push_back(column.method);
      rules.push_back(RulesFor(column));
    }
    for (const RowCallers& row : rows) {
      MatrixRow made{row.label, row.location, {}};
      for (const ColumnRules& column : rules) made.cells.push_back(CellOf(row, column));
      matrix.rows.push_back(std::move(made));
    }
    return matrix;
  }

 private:
  bool IsLive(const Clause& clause) const { return clause.expires > now_; }

  void ReadRules() {
    for (const Rule& rule : RulesOf(document_)) {
      if (rule.method == nullptr) continue;
      LiveRule live{rule, {}};
      for (Clause& clause : expander_.Expand(*rule.entry)) {
        if (IsLive(clause)) live.clauses.push_back(std::move(clause));
      }
      if (!live.clauses.empty()) rules_.push_back(std::move(live));
    }
    for (const LiveRule& live : rules_) by_method_[live.rule.method].push_back(&live);
  }

  // Each method that the services declare stands behind the first key that matches it.
  std::vector<Column> Columns() const {
    std::vector<Column> columns;
    std::unordered_set<std::string> known;
    for (const MethodRules& rules : document_.methods) known.insert(rules.key);
    for (const MethodRules& rules : document_.methods) {
      if (services_ != nullptr && rules.scope != MethodScope::kMethod) {
        for (const Service& service : services_->services()) {
          for (const ServiceMethod& method : service.methods) {
            const std::string path = "/" + service.name + "/" + method.name;
            if (!CoversKey(rules.scope, rules.key, MethodScope::kMethod, path)) continue;
            if (known.insert(path).second) columns.push_back({path, MethodScope::kMethod});
          }
        }
      }
      columns.push_back({rules.key, rules.scope});
    }
    return columns;
  }

  ColumnRules RulesFor(const Column& column) const {
    ColumnRules rules;
    rules.mode = document_.mode;
    bool has_mode = false;
    for (const MethodRules* key : KeysCovering(document_, column.scope, column.method)) {
      if (!has_mode && key->mode.has_value()) {
        rules.mode = *key->mode;
        has_mode = true;
      }
      const auto live = by_method_.find(key);
      if (live == by_method_.end()) continue;
      for (const LiveRule* rule : live->second) {
        (rule->rule.list == Rule::List::kAllow ? rules.allow : rules.deny).push_back(rule);
      }
    }
    return rules;
  }

  std::vector<RowCallers> Rows() const {
    std::vector<RowCallers> rows;
    std::unordered_set<std::string> known;
    const auto add = [&](std::string label, SourceLocation location, std::vector<Clause> clauses) {
      std::erase_if(clauses, [this](const Clause& clause) { return !IsLive(clause); });
      if (clauses.empty() || !known.insert(label).second) return;
      rows.push_back({std::move(label), location, std::move(clauses)});
    };
    for (const ClientSet& client : document_.clients) {
      std::vector<Clause> all;
      for (const Entry& entry : client.entries) {
        for (Clause& clause : expander_.Expand(entry)) all.push_back(std::move(clause));
      }
      add("client " + Quote(client.name), client.location, std::move(all));
    }
    for (const LiveRule& live : rules_) {
      const Entry& entry = *live.rule.entry;
      add(LabelOf(entry), entry.location, live.clauses);
    }
    Clause anybody;
    anybody.selectors.push_back({Field::kAny, {}});
    const bool is_named = known.contains(DescribeClause(anybody));
    if (!is_named) add("any other caller", {}, {anybody});
    return rows;
  }

  // The entry's selectors as they stand, client sets by their names.
  static std::string LabelOf(const Entry& entry) {
    Clause written;
    written.selectors = entry.selectors;
    std::stable_sort(written.selectors.begin(), written.selectors.end(),
                     [](const Selector& a, const Selector& b) { return a.field < b.field; });
    return DescribeClause(written);
  }

  const PolicyDocument& document_;
  const ServiceCatalog* const services_;
  const absl::Time now_;
  const Expander expander_;
  std::vector<LiveRule> rules_;
  std::unordered_map<const MethodRules*, std::vector<const LiveRule*>> by_method_;
};

}  // namespace

std::string_view ToString(MatrixCell::Access access) noexcept {
  switch (access) {
    case Access::kNone:
      return "none";
    case Access::kAllowed:
      return "allowed";
    case Access::kPartly:
      return "partly";
    case Access::kDenied:
      return "denied";
    case Access::kObserved:
      return "observed";
  }
  return "";
}

std::variant<AccessMatrix, Problem> MakeAccessMatrix(const PolicyDocument& document,
                                                     const ServiceCatalog* services,
                                                     absl::Time now) {
  return Matrix(document, services, now).Make();
}

}  // namespace certgate

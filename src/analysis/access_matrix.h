#ifndef CERTGATE_SRC_ANALYSIS_ACCESS_MATRIX_H_
#define CERTGATE_SRC_ANALYSIS_ACCESS_MATRIX_H_

#include <absl/time/time.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/analysis/rules.h"
#include "src/analysis/service_catalog.h"
#include "src/policy/document.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// What the callers of one row may do with the methods of one column.
struct MatrixCell {
  enum class Access {
    kNone,      // no entry lets them in
    kAllowed,   // all of them, but for `exceptions`
    kPartly,    // some of them, or those of them that a narrower entry matches
    kDenied,    // a deny entry refuses all of them
    kObserved,  // refused or denied, and let through by `mode: observe`
  };

  Access access = Access::kNone;
  /// The entry that lets them in, or the deny entry that refuses them; nothing under `kNone`. Under
  /// `kObserved` the deny entry, if there is one.
  std::optional<Rule> rule;
  /// Deny entries that may refuse some of them.
  std::vector<Rule> exceptions;
};

/// "none", "allowed", "partly", "denied", "observed".
std::string_view ToString(MatrixCell::Access access) noexcept;

/// Callers that the policy names together.
struct MatrixRow {
  /// "client `edge`", "cn `edge-*` and ou `edge`", "any other caller".
  std::string callers;
  /// Where they are named first; line 0 for the last row.
  SourceLocation location;
  std::vector<MatrixCell> cells;
};

/// Who may call what. Borrows from the document.
struct AccessMatrix {
  /// Paths, and keys with a `*` for all other methods that they match; the columns.
  std::vector<std::string> methods;
  std::vector<MatrixRow> rows;
};

/// The matrix of `document` as it stands at `now`. The columns are its method keys; with `services`
/// (may be null) also their methods that a key with a `*` matches. The rows are the client sets,
/// then the other distinct callers of its entries in the order of the file, then everybody else.
/// Coverage is that of `Covers`: what cannot be told to be allowed is not called so. The problem is
/// a policy with more than `kMostMatrixCells`, which no reader and no browser could cope with.
std::variant<AccessMatrix, Problem> MakeAccessMatrix(const PolicyDocument& document,
                                                     const ServiceCatalog* services,
                                                     absl::Time now);

inline constexpr std::size_t kMostMatrixCells = 500'000;

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_ACCESS_MATRIX_H_

#ifndef CERTGATE_AUTHORIZER_FIGURES_H_
#define CERTGATE_AUTHORIZER_FIGURES_H_

#include <certgate/decision.h>
#include <certgate/duration_figures.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace certgate {

/// How often calls of one method were decided in one way.
struct DecisionCount {
  /// One of the paths that `Authorizer::NumberOf` was asked about; empty for all others together,
  /// so that there are no more counts than a caller of made-up paths can be kept from making.
  std::string path;
  Effect effect = Effect::kDeny;
  Reason reason = Reason::kInternalError;
  Mode mode = Mode::kEnforce;
  std::uint64_t count = 0;
};

/// What an authorizer has done since it was made. None of it tells who called.
struct AuthorizerFigures {
  /// Of those that were made at least once; in the order of the methods' numbers.
  std::vector<DecisionCount> decisions;
  /// From the call's facts to the decision, before its record is written. Not of those that an
  /// error kept from being made.
  DurationFigures decision_durations;

  /// Certificates remembered as read and checked: how many now, how often one was found, and how
  /// often one had to be read or its chain verified.
  std::size_t known_certificates = 0;
  std::uint64_t certificate_hits = 0;
  std::uint64_t certificate_misses = 0;
};

}  // namespace certgate

#endif  // CERTGATE_AUTHORIZER_FIGURES_H_

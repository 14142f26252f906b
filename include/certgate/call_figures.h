#ifndef CERTGATE_CALL_FIGURES_H_
#define CERTGATE_CALL_FIGURES_H_

#include <cstddef>
#include <cstdint>
#include <functional>

namespace certgate {

/// What a guarded server knows of the calls that it has admitted.
struct CallFigures {
  /// Those that have not ended, the one that asks included.
  std::size_t running = 0;
  /// Those that were ended since the start because they had lost their right.
  std::uint64_t revoked = 0;
};

/// Counts, in the time that the running calls take to count. Thread-safe. It does not keep the
/// server: once that and its builder are gone, both figures are 0.
using CallFiguresSource = std::function<CallFigures()>;

}  // namespace certgate

#endif  // CERTGATE_CALL_FIGURES_H_

#include "src/policy/nearest.h"

namespace certgate {

void Nearest::Consider(EntryNumber entry, std::size_t rank) {
  const Fit fit = entries_.FitOf(entry, held_);
  if (IsNearer(fit, entry, rank)) {
    entry_ = entry;
    rank_ = rank;
    fit_ = fit;
  }
}

bool Nearest::IsNearer(const Fit& fit, EntryNumber entry, std::size_t rank) const {
  if (!entry_.has_value()) return true;
  if (fit.held != fit_.held) return fit.held > fit_.held;
  if (fit.failed != fit_.failed) return fit.failed < fit_.failed;
  if (rank != rank_) return rank < rank_;
  return entry < *entry_;
}

}  // namespace certgate

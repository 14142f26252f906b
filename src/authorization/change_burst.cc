#include "src/authorization/change_burst.h"

#include <algorithm>

namespace certgate {

void ChangeBurst::Completed(const File& file, absl::Time now) {
  writers_.erase(file);
  Changed(now);
}

void ChangeBurst::Changed(absl::Time now) {
  if (!first_.has_value()) first_ = now;
  last_ = now;
}

void ChangeBurst::Forget(int directory) {
  std::erase_if(writers_, [&](const auto& writer) { return writer.first.first == directory; });
}

bool ChangeBurst::IsOver(absl::Time now) { return CanEnd(now) && now >= End(); }

bool ChangeBurst::CanEnd(absl::Time now) {
  SettleWriters(now);
  return first_.has_value() && writers_.empty();
}

absl::Time ChangeBurst::NextLook() const {
  if (writers_.empty()) return first_.has_value() ? End() : absl::InfiniteFuture();
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [file, done] : writers_) next = std::min(next, done);
  return next;
}

void ChangeBurst::SettleWriters(absl::Time now) {
  const auto settled =
      std::erase_if(writers_, [now](const auto& writer) { return writer.second <= now; });
  if (settled > 0) Changed(now);
}

absl::Time ChangeBurst::End() const {
  return std::min(last_ + kBurstPause, *first_ + kLongestBurst);
}

}  // namespace certgate

#ifndef CERTGATE_SRC_AUTHORIZATION_CHANGE_BURST_H_
#define CERTGATE_SRC_AUTHORIZATION_CHANGE_BURST_H_

#include <absl/time/time.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace certgate {

/// After a change, further ones are given so long to arrive ...
inline constexpr absl::Duration kBurstPause = absl::Milliseconds(20);
/// ... but a finished change is told after so long at the latest, unless a file is being written.
inline constexpr absl::Duration kLongestBurst = absl::Milliseconds(200);

/// Gathers changes until the files are whole again and can be read: says when it is time. Takes the
/// time from its caller, on any clock that does not go back. Not thread-safe.
class ChangeBurst {
 public:
  /// A file by its directory's watch descriptor and its name.
  using File = std::pair<int, std::string>;

  /// Holds a writer that does not close its file to be done when nothing was written for `settle`.
  explicit ChangeBurst(absl::Duration settle) : settle_(settle) {}

  /// Somebody has written to `file` and not closed it yet.
  void Written(File file, absl::Time now) { writers_[std::move(file)] = now + settle_; }
  /// `file` is whole, or is gone: nobody is waited for any more who wrote to it.
  void Completed(const File& file, absl::Time now);
  /// Something else has changed. Writers are still waited for.
  void Changed(absl::Time now);
  /// Of the files in this directory nothing more will be heard.
  void Forget(int directory);

  /// Whether there are changes to tell now: no file is being written, and the burst is over.
  bool IsOver(absl::Time now);
  /// Whether there are changes to tell, the rest of the burst aside.
  bool CanEnd(absl::Time now);
  /// When to ask `IsOver` again if nothing else happens; the infinite future if there is nothing.
  absl::Time NextLook() const;
  /// The changes are told.
  void Clear() { first_.reset(); }

  /// Whether there are changes that were not told yet.
  bool HasChanges() const { return first_.has_value(); }
  /// Whether a file is being written, as far as is known.
  bool HasWriters() const { return !writers_.empty(); }

 private:
  void SettleWriters(absl::Time now);
  absl::Time End() const;

  const absl::Duration settle_;
  std::map<File, absl::Time> writers_;  // and when they count as done
  std::optional<absl::Time> first_;     // the first change that is not told yet
  absl::Time last_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_CHANGE_BURST_H_

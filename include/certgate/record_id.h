#ifndef CERTGATE_RECORD_ID_H_
#define CERTGATE_RECORD_ID_H_

#include <absl/time/time.h>

#include <array>
#include <string_view>

namespace certgate {

/// The identifier of one audit record: a ULID, 26 characters of Crockford's base 32, which sorts by
/// the millisecond of its making (github.com/ulid/spec). Unique, not secret. A value without
/// allocation, so that a refusal can always carry one.
class RecordId {
 public:
  /// Twenty-six zeros: no record.
  RecordId() noexcept { text_.fill('0'); }

  /// A new identifier for a record made at `time`. Never fails: without a source of randomness
  /// the random part is a counter. Thread-safe.
  static RecordId Generate(absl::Time time) noexcept;

  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

  friend bool operator==(const RecordId&, const RecordId&) = default;

 private:
  std::array<char, 26> text_;
};

}  // namespace certgate

#endif  // CERTGATE_RECORD_ID_H_

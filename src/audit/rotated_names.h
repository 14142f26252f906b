#ifndef CERTGATE_SRC_AUDIT_ROTATED_NAMES_H_
#define CERTGATE_SRC_AUDIT_ROTATED_NAMES_H_

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certgate {

/// How the bytes of a file are packed.
enum class Packing { kNone = 0, kGzip, kZstd };

/// What the name of a packed file ends with: `.gz`, `.zst` or nothing.
std::string_view SuffixOf(Packing packing);

/// Which tool gave a closed file its name.
enum class NamedBy {
  kCertgate = 0,   // audit-20261126T061530.123456Z.jsonl
  kLogrotate,      // audit.jsonl.1, audit.1.jsonl: the lowest number is the newest
  kLogrotateDate,  // audit.jsonl-20261126, audit-20261126.jsonl
};

/// The name of a closed file, taken apart.
struct RotatedName {
  std::string name;
  NamedBy by = NamedBy::kCertgate;
  Packing packing = Packing::kNone;
  /// What stands in it for its place in the order: a time, a number, a date.
  std::string mark;

  /// Whether this file was closed before `other`, which the same tool named.
  bool IsOlderThan(const RotatedName& other) const;
  /// Only of a file that certgate named.
  absl::Time time() const;
};

/// The names that closed files of one audit file have, all in its directory.
class RotatedNames {
 public:
  /// `live` is the name of the audit file without its directory.
  explicit RotatedNames(std::string_view live);

  /// The name of a file that is closed at `time`, a time of the years 1000 to 9999.
  std::string ForTime(absl::Time time) const;

  /// Nothing if no closed file of this audit file is named so.
  std::optional<RotatedName> Parse(std::string_view name) const;

  /// The name of a file that is still being made, for which no reader takes it.
  std::string ForNewFile() const { return live_ + ".new"; }
  static std::string Unfinished(std::string_view name) { return std::string(name) + ".tmp"; }
  /// Whether `name` is that of a packed file, named by certgate, that is still being made.
  bool IsUnfinished(std::string_view name) const;

 private:
  const std::string live_;
  std::string stem_;       // audit
  std::string extension_;  // .jsonl
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_ROTATED_NAMES_H_

#ifndef CERTGATE_TESTS_SUPPORT_TRAIL_WRITER_H_
#define CERTGATE_TESTS_SUPPORT_TRAIL_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "src/audit/chain.h"

namespace certgate::testing {

/// A decision, as far as tests choose it. Texts stand in JSON as they are.
struct TrailCall {
  std::string caller = "till-1";
  std::string unit = "sales";
  std::string method = "acme.shop.Orders/Place";
  std::string ip = "192.0.2.7";
  /// Empty for a denial.
  std::string rule = "tills";
  std::string reason = "allowed";
};

/// Writes the records of one trail, chained, with a clock that goes on a second with each record
/// from 2026-11-26T06:00:00Z on.
class TrailWriter {
 public:
  /// Signs if `signer` is not null; it must outlive the writer.
  explicit TrailWriter(std::string place = "/var/log/certgate/audit.jsonl",
                       const ChainSigner* signer = nullptr)
      : place_(std::move(place)), signer_(signer) {}

  /// Each returns one line, with its newline.
  std::string Open(std::string_view reason = "start");
  std::string Close(std::string_view reason = "stop");
  std::string Checkpoint();
  std::string Call(const TrailCall& call = {});
  /// Identical denials that were counted; `reason` is `flood`, or why they were not written.
  std::string Suppressed(std::uint64_t count, std::string_view reason = "flood");
  /// A whole file: `calls` calls of several callers between `audit-open` and `audit-close`, signed
  /// as it should be.
  std::string File(int calls, std::string_view opened = "start", std::string_view closed = "stop");

  const ChainHead& head() const { return head_; }
  /// As if the last record that was written had been another one.
  void set_head(const ChainHead& head) { head_ = head; }

 private:
  std::string Begin(std::string_view category, std::string_view type, std::string_view action,
                    bool is_success, std::string_view reason);
  std::string End(std::string line, bool is_signed);
  std::string OwnRecord(std::string_view type, std::string_view action, std::string_view reason);

  const std::string place_;
  const ChainSigner* const signer_;
  ChainHead head_;
  std::uint64_t clock_ = 0;
  std::uint64_t unsigned_ = 0;
  std::uint64_t records_ = 0;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_TRAIL_WRITER_H_

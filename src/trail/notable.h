#ifndef CERTGATE_SRC_TRAIL_NOTABLE_H_
#define CERTGATE_SRC_TRAIL_NOTABLE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "src/trail/record_reader.h"
#include "src/trail/usage.h"

namespace certgate {

/// A record that tells of the server, not of a call.
struct NotableRecord {
  std::string time;
  std::uint64_t sequence = 0;
  std::string action;
  /// Whether something is wrong: a load that was refused, records that could not be written.
  bool is_bad = false;
  std::string message;
  std::string id;

  friend bool operator<(const NotableRecord& a, const NotableRecord& b) {
    return std::tie(a.time, a.sequence, a.id) < std::tie(b.time, b.sequence, b.id);
  }
};

/// Handshakes that failed for one cause.
struct HandshakeUsage {
  std::string cause;
  std::uint64_t count = 0;
  TimeSpan seen;
};

/// Collects what a reader of a trail should know beside the calls: loads of files, outages and
/// losses of the trail itself, failed handshakes. Bounded: of loads and outages the latest, of
/// causes the first to be seen. Not thread-safe.
class NotableRecords {
 public:
  static constexpr std::size_t kMostRecords = 200;
  static constexpr std::size_t kMostCauses = 200;

  void Add(const ParsedRecord& record);
  void Add(const NotableRecords& other);

  /// In the order of time; how many there are in all, with those that are not kept.
  const std::vector<NotableRecord>& records() const { return records_; }
  std::uint64_t count() const { return count_; }
  /// The most frequent first.
  std::vector<HandshakeUsage> Handshakes() const;
  /// All failed handshakes, also those of causes that are not kept.
  std::uint64_t failed_handshakes() const { return failed_handshakes_; }

 private:
  void Keep(NotableRecord record);
  void AddHandshakes(const HandshakeUsage& usage);

  // Sorted.
  std::vector<NotableRecord> records_;
  std::uint64_t count_ = 0;
  std::map<std::string, HandshakeUsage> causes_;
  std::uint64_t failed_handshakes_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_NOTABLE_H_

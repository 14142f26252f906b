#ifndef CERTGATE_SRC_AUDIT_RECORD_FRAME_H_
#define CERTGATE_SRC_AUDIT_RECORD_FRAME_H_

#include <absl/time/time.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/audit/json_writer.h"
#include "src/audit/message.h"
#include "src/audit/record_encoder.h"
#include "src/audit/record_fields.h"
#include "src/audit/timestamp.h"

namespace certgate {

/// What every record says of its event, in the words of ECS: certgate's own, but for `id`.
struct EventFields {
  absl::Time time;
  RecordKind kind = RecordKind::kTrail;
  std::string_view category;
  /// The second may be empty.
  std::array<std::string_view, 2> types;
  std::string_view action;
  bool is_success = false;
  /// Empty where the kind of record has none.
  std::string_view reason;
  std::string_view id;
  std::optional<absl::Duration> duration = std::nullopt;
};

/// Writes `@timestamp`; nothing for an infinite time.
void WriteTime(const Timestamp& time, JsonWriter& json);

/// Writes `source`, of gRPC's own text for a peer; nothing if it is empty. False if a part was cut.
bool WriteSource(std::string_view peer_uri, JsonWriter& json);

/// Writes what all kinds of record have in common, and keeps the list of the fields that were cut.
class RecordFrame {
 public:
  /// Where a member stands in the line: its key, its value, and the comma before it if there is
  /// one.
  struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// Writes to `encoded`, which must be empty and outlive the frame.
  explicit RecordFrame(UnnumberedRecord& encoded);

  /// Everything up to and with `event`.
  void Begin(const EventFields& event);

  /// `message`, the sentence that `AppendMessage` makes of the record.
  template <typename Record>
  void Message(const Record& record) {
    json_.Key(kMessage.key());
    encoded_.line.push_back('"');
    if (!AppendMessage(record, encoded_.line)) AddTruncated(kMessage);
    encoded_.line.push_back('"');
  }

  /// See `WriteSource`.
  void Source(std::string_view peer_uri);
  /// `error.message`.
  void Error(std::string_view message);
  void Service(const RecordedService& service);

  /// `certgate`, to which `write_members` adds what the kind has, at least one member. It stays
  /// open: the record's link in the chain comes last.
  template <typename WriteMembers>
  void Finish(const WriteMembers& write_members) {
    json_.Open("certgate");
    write_members();
    Truncated();
  }

  /// A text of certgate's own, far shorter than its budget; nothing if it is empty.
  void Word(std::string_view key, std::string_view word);
  /// A text from outside, cut to the field's budget.
  void Text(const RecordField& field, std::string_view text);
  /// A list of such texts, cut to the field's budget.
  void Texts(const RecordField& field, const std::vector<std::string>& texts);
  /// Adds texts to the open list until it is full. Returns whether all found room.
  bool AddAll(std::string_view prefix, const std::vector<std::string>& texts);
  /// Tells that `field` was cut.
  void AddTruncated(const RecordField& field);

  /// Whether a field was cut so far.
  bool has_truncated() const { return !truncated_.empty(); }

  /// Writes a member, and says where it stands.
  template <typename WriteMember>
  Place Placed(const WriteMember& write_member) {
    const std::size_t begin = encoded_.line.size();
    write_member();
    return {begin, encoded_.line.size()};
  }
  /// Where `Begin` wrote `@timestamp` and `event.id`.
  const Place& time_place() const { return time_place_; }
  const Place& id_place() const { return id_place_; }

  JsonWriter& json() { return json_; }

 private:
  void Types(const EventFields& event);
  void Truncated();

  UnnumberedRecord& encoded_;
  JsonWriter json_;
  std::vector<std::string_view> truncated_;
  Place time_place_;
  Place id_place_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RECORD_FRAME_H_

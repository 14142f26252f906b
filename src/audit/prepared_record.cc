#include "src/audit/prepared_record.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "src/audit/json_writer.h"
#include "src/audit/record_fields.h"
#include "src/audit/record_frame.h"
#include "src/audit/timestamp.h"

namespace certgate {

std::shared_ptr<const PreparedRecord> PreparedRecord::Of(const DecisionRecord& record,
                                                         const RecordedService& service) {
  UnnumberedRecord whole;
  const EncodedDecision encoded = EncodeDecision(record, service, whole);
  if (!encoded.is_whole || record.time == absl::InfinitePast() ||
      record.time == absl::InfiniteFuture()) {
    return nullptr;
  }
  whole.line.shrink_to_fit();
  return std::shared_ptr<const PreparedRecord>(
      new PreparedRecord(std::move(whole), encoded.places));
}

PreparedRecord::PreparedRecord(UnnumberedRecord whole, const DecisionPlaces& places)
    : whole_(std::move(whole)), places_(places) {}

bool PreparedRecord::Encode(const DecisionRecord& record, UnnumberedRecord& out) const {
  const Timestamp time(record.time, Precision::kMicroseconds);
  if (time.text().empty()) return false;
  out.kind = whole_.kind;
  out.time = record.time;
  const std::string_view line = whole_.line;
  std::size_t at = 0;
  const auto copy_until = [&](std::size_t end) {
    out.line.append(line.substr(at, end - at));
    at = end;
  };
  out.line.clear();
  JsonWriter json(out.line);

  copy_until(places_.time.begin);
  WriteTime(time, json);
  at = places_.time.end;
  copy_until(places_.id.begin);
  if (!json.Text(kEventId.key(), record.id, kEventId.budget)) return false;
  at = places_.id.end;
  copy_until(whole_.sequence_at);
  out.sequence_at = out.line.size();
  copy_until(places_.source.begin);
  if (!WriteSource(record.peer.uri, json)) return false;
  at = places_.source.end;
  copy_until(places_.resumed.begin);
  json.Boolean(kTlsResumed, record.tls_resumed);
  at = places_.resumed.end;
  copy_until(line.size());
  return true;
}

}  // namespace certgate

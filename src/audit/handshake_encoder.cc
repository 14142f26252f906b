#include <absl/time/time.h>

#include <string_view>

#include "src/audit/record_encoder.h"
#include "src/audit/record_frame.h"
#include "src/audit/timestamp.h"

namespace certgate {

UnnumberedRecord EncodeUnnumbered(const HandshakeRecord& record, const RecordedService& service) {
  UnnumberedRecord encoded;
  RecordFrame frame(encoded);
  frame.Begin({.time = record.time,
               .kind = RecordKind::kHandshake,
               .category = "network",
               .types = {"connection", "denied"},
               .action = "tls-handshake",
               .is_success = false,
               .reason = {},
               .id = record.id});
  frame.Message(record);
  frame.Source(record.peer.uri);
  frame.Error(record.cause);
  frame.Service(service);
  frame.Finish([&] {
    frame.json().Open("handshake");
    frame.json().Number("count", record.count);
    frame.Word("since", Timestamp(record.since, Precision::kMicroseconds).text());
    frame.json().Close();
  });
  return encoded;
}

}  // namespace certgate

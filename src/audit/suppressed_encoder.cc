#include <string>
#include <string_view>

#include "src/audit/certificate_encoder.h"
#include "src/audit/record_encoder.h"
#include "src/audit/record_frame.h"
#include "src/audit/rpc_words.h"
#include "src/audit/sentence.h"
#include "src/audit/timestamp.h"

namespace certgate {
namespace {

std::string_view ToString(SuppressedRecord::Cause cause) {
  switch (cause) {
    case SuppressedRecord::Cause::kFlood:
      return "flood";
    case SuppressedRecord::Cause::kQueueFull:
      return "queue_full";
    case SuppressedRecord::Cause::kUnwritable:
      break;
  }
  return "unwritable";
}

EventFields Event(const SuppressedRecord& record) {
  const bool is_flood = record.cause == SuppressedRecord::Cause::kFlood;
  EventFields event{
      .time = record.time,
      // What a trail lacks of what it should have is told in it whatever else it wants.
      .kind = is_flood ? RecordKind::kSuppressed : RecordKind::kTrail,
      .category = "process",
      .types = {"info", ""},
      .action = "audit-suppressed",
      .is_success = false,
      .reason = ToString(record.cause),
      .id = record.id};
  if (is_flood) {
    event.category = "network";
    event.types = {"access", "denied"};
  }
  return event;
}

void Call(const SuppressedRecord& record, RecordFrame& frame) {
  JsonWriter& json = frame.json();
  json.Open("rpc");
  frame.Word("system", "grpc");
  frame.Text(kRpcMethod, RecordedMethod(record.path));
  json.Close();
  frame.Source(record.peer_uri);
  json.Open("tls");
  json.Open("client");
  frame.Text(kSubject, record.subject);
  json.Open("hash");
  frame.Text(kSha256, record.certificate_sha256);
  json.Close();
  json.Open("x509");
  json.Open("subject");
  WriteCommonName(record.common_name, frame);
  json.Close();
  json.Close();
  json.Close();
  json.Close();
}

void Suppressed(const SuppressedRecord& record, RecordFrame& frame) {
  JsonWriter& json = frame.json();
  json.Open("suppressed");
  json.Number("count", record.count);
  frame.Word("since", Timestamp(record.since, Precision::kMicroseconds).text());
  frame.Word("until", Timestamp(record.until, Precision::kMicroseconds).text());
  frame.Word("reason", record.decision_reason);
  json.Close();
}

std::string_view CallerOf(const SuppressedRecord& record) {
  if (!record.common_name.empty()) return record.common_name;
  if (!record.subject.empty()) return record.subject;
  const bool is_one = !record.certificate_sha256.empty() || !record.peer_uri.empty();
  return is_one ? "one caller" : "various callers";
}

}  // namespace

bool AppendMessage(const SuppressedRecord& record, std::string& out) {
  Sentence sentence(out);
  sentence.Words(std::to_string(record.count));
  switch (record.cause) {
    case SuppressedRecord::Cause::kFlood:
      sentence.Words(" more calls of ");
      sentence.Foreign(CallerOf(record), kMessageCallerBudget);
      sentence.Words(" denied");
      if (!record.path.empty()) {
        sentence.Words(" to ");
        sentence.Foreign(record.path, kMessagePathBudget);
      }
      break;
    case SuppressedRecord::Cause::kQueueFull:
      sentence.Words(" records lost because the queue of records was full");
      break;
    case SuppressedRecord::Cause::kUnwritable:
      sentence.Words(" records could not be written and their calls were refused");
      break;
  }
  sentence.Words(" since ");
  sentence.Words(Timestamp(record.since, Precision::kSeconds).text());
  if (!record.error.empty()) {
    sentence.Words(": ");
    sentence.Foreign(record.error, kMessageDetailBudget);
  }
  return sentence.is_whole();
}

UnnumberedRecord EncodeUnnumbered(const SuppressedRecord& record, const RecordedService& service) {
  UnnumberedRecord encoded;
  RecordFrame frame(encoded);
  frame.Begin(Event(record));
  frame.Message(record);
  if (record.cause == SuppressedRecord::Cause::kFlood) Call(record, frame);
  frame.Error(record.error);
  frame.Service(service);
  frame.Finish([&] { Suppressed(record, frame); });
  return encoded;
}

}  // namespace certgate

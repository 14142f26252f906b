#include <string_view>

#include "src/audit/record_encoder.h"
#include "src/audit/record_frame.h"
#include "src/audit/sentence.h"

namespace certgate {
namespace {

struct Words {
  std::string_view action;
  std::string_view type;
  std::string_view verb;
};

Words WordsOf(TrailRecord::Action action) {
  switch (action) {
    case TrailRecord::Action::kOpen:
      return {"audit-open", "start", " begins"};
    case TrailRecord::Action::kClose:
      return {"audit-close", "end", " ends"};
    case TrailRecord::Action::kCheckpoint:
      break;
  }
  return {"audit-checkpoint", "info", " is signed up to here"};
}

void Trail(const TrailRecord& record, RecordFrame& frame) {
  JsonWriter& json = frame.json();
  json.Open("trail");
  frame.Text(kPlace, record.place);
  if (record.records > 0) json.Number("records", record.records);
  frame.Word("durability", record.durability);
  if (record.process > 0) json.Number("process", record.process);
  frame.Text(kContinues, record.continues);
  frame.Text(kTorn, record.torn);
  if (record.torn_bytes > 0) json.Number("torn_bytes", record.torn_bytes);
  frame.Text(kRemark, record.remark);
  frame.Text(kKeyId, record.key_id);
  if (record.checkpoint_records > 0) json.Number("checkpoint_records", record.checkpoint_records);
  json.Close();
}

}  // namespace

bool AppendMessage(const TrailRecord& record, std::string& out) {
  Sentence sentence(out);
  sentence.Words("the audit trail ");
  sentence.Foreign(record.place, kMessagePathBudget);
  sentence.Words(WordsOf(record.action).verb);
  if (!record.reason.empty()) {
    sentence.Words(" (");
    sentence.Words(record.reason);
    sentence.Words(")");
  }
  if (!record.continues.empty()) {
    sentence.Words(" and goes on from ");
    sentence.Foreign(record.continues, kMessageCallerBudget);
  }
  if (record.torn_bytes > 0) {
    sentence.Words("; a torn line of " + std::to_string(record.torn_bytes) +
                   " bytes was cut off its end");
  }
  if (!record.remark.empty()) {
    sentence.Words("; ");
    sentence.Foreign(record.remark, kMessageDetailBudget);
  }
  return sentence.is_whole();
}

UnnumberedRecord EncodeUnnumbered(const TrailRecord& record, const RecordedService& service) {
  UnnumberedRecord encoded;
  RecordFrame frame(encoded);
  const Words words = WordsOf(record.action);
  frame.Begin({.time = record.time,
               .kind = RecordKind::kTrail,
               .category = "process",
               .types = {words.type, ""},
               .action = words.action,
               .is_success = true,
               .reason = record.reason,
               .id = record.id});
  frame.Message(record);
  frame.Service(service);
  frame.Finish([&] { Trail(record, frame); });
  return encoded;
}

}  // namespace certgate

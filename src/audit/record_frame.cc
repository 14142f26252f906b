#include "src/audit/record_frame.h"

#include <algorithm>
#include <cstdint>

#include "src/audit/source_address.h"

namespace certgate {
namespace {

// Texts of certgate's own, far shorter than this.
constexpr std::size_t kWordBudget = 64;

// What most records need; longer ones grow once.
constexpr std::size_t kUsualBytes = 2048;

// A clock that was set back must not make a number of twenty digits.
std::uint64_t Nanoseconds(absl::Duration duration) {
  return static_cast<std::uint64_t>(
      absl::ToInt64Nanoseconds(std::max(duration, absl::ZeroDuration())));
}

}  // namespace

void WriteTime(const Timestamp& time, JsonWriter& json) {
  json.Text("@timestamp", time.text(), kWordBudget);
}

bool WriteSource(std::string_view peer_uri, JsonWriter& json) {
  const SourceAddress source(peer_uri);
  json.Open("source");
  const bool is_whole = json.Text(kSourceAddress.key(), source.address(), kSourceAddress.budget);
  json.Text("ip", source.ip(), kWordBudget);
  // No connection comes from port 0: it stands for several.
  if (source.port().value_or(0) != 0) json.Number("port", *source.port());
  json.Close();
  return is_whole;
}

RecordFrame::RecordFrame(UnnumberedRecord& encoded) : encoded_(encoded), json_(encoded.line) {
  encoded_.line.reserve(kUsualBytes);
}

void RecordFrame::Begin(const EventFields& event) {
  encoded_.kind = event.kind;
  encoded_.time = event.time;
  json_.Begin();
  time_place_ = Placed([&] { WriteTime(Timestamp(event.time, Precision::kMicroseconds), json_); });
  json_.Open("ecs");
  Word("version", "8.17");
  json_.Close();
  json_.Open("event");
  Word("kind", "event");
  Types(event);
  Word("action", event.action);
  Word("outcome", event.is_success ? "success" : "failure");
  Word("reason", event.reason);
  if (event.duration) json_.Number("duration", Nanoseconds(*event.duration));
  id_place_ = Placed([&] { Text(kEventId, event.id); });
  json_.Key("sequence");
  encoded_.sequence_at = encoded_.line.size();
  json_.Close();
}

void RecordFrame::Types(const EventFields& event) {
  json_.OpenList("category", kWordBudget);
  json_.Add("", event.category);
  json_.CloseList();
  json_.OpenList("type", event.types.size() * kWordBudget);
  for (const std::string_view type : event.types) {
    if (!type.empty()) json_.Add("", type);
  }
  json_.CloseList();
}

void RecordFrame::Source(std::string_view peer_uri) {
  if (!WriteSource(peer_uri, json_)) AddTruncated(kSourceAddress);
}

void RecordFrame::Error(std::string_view message) {
  json_.Open("error");
  Text(kErrorMessage, message);
  json_.Close();
}

void RecordFrame::Service(const RecordedService& service) {
  json_.Open("service");
  Text(kServiceName, service.name);
  Text(kServiceVersion, service.version);
  json_.Close();
}

void RecordFrame::Word(std::string_view key, std::string_view word) {
  json_.Text(key, word, kWordBudget);
}

void RecordFrame::Text(const RecordField& field, std::string_view text) {
  if (!json_.Text(field.key(), text, field.budget)) AddTruncated(field);
}

void RecordFrame::Texts(const RecordField& field, const std::vector<std::string>& texts) {
  json_.OpenList(field.key(), field.budget);
  if (!AddAll("", texts)) AddTruncated(field);
  json_.CloseList();
}

bool RecordFrame::AddAll(std::string_view prefix, const std::vector<std::string>& texts) {
  return std::all_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return json_.Add(prefix, text); });
}

void RecordFrame::AddTruncated(const RecordField& field) { truncated_.push_back(field.name); }

void RecordFrame::Truncated() {
  // Bounded by the number of fields, not by a budget: each has one name.
  json_.OpenList("truncated", kMaxRecordBytes);
  for (const std::string_view field : truncated_) json_.Add("", field);
  json_.CloseList();
}

}  // namespace certgate

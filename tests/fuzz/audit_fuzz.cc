// Spreads the input over all texts of a record, and checks what the encoder promises of any text.

#include <certgate/audit_record.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "src/audit/chain.h"
#include "src/audit/own_records.h"
#include "src/audit/record_encoder.h"

namespace {

using certgate::DecisionRecord;
using certgate::PeerIdentity;

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// Takes texts off the front of the input. A length byte below 240 is the text's length; from there
// on it stands for so many repetitions that a few bytes of input fill any field.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  std::string Text() {
    const std::uint8_t length = Byte();
    const std::string_view unit = Take(length < 240 ? length : length - 239u);
    std::string text(unit);
    while (length >= 240 && !unit.empty() && text.size() < 20000) text.append(unit);
    return text;
  }

  std::vector<std::string> Texts() {
    std::vector<std::string> texts(Byte() % 5u);
    for (std::string& text : texts) text = Text();
    return texts;
  }

 private:
  std::string_view Take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

PeerIdentity ReadCaller(Input& input) {
  PeerIdentity caller;
  if (input.Byte() % 2 == 0) caller.common_name = input.Text();
  caller.organizational_units = input.Texts();
  caller.organizations = input.Texts();
  caller.dns_names = input.Texts();
  caller.uris = input.Texts();
  caller.emails = input.Texts();
  caller.ip_addresses = input.Texts();
  caller.spiffe_id = input.Text();
  caller.certificate.subject = input.Text();
  caller.certificate.issuer = input.Text();
  caller.certificate.issuer_common_names = input.Texts();
  caller.certificate.serial_number = input.Text();
  caller.certificate.sha256 = input.Text();
  caller.certificate.not_after = absl::FromUnixSeconds(std::int64_t{input.Byte()} << 36);
  return caller;
}

void CheckLine(const std::string& line) {
  Check(line.size() <= certgate::kMaxRecordBytes, "within the bound");
  Check(!line.empty() && line.back() == '\n', "ends with a newline");
  Check(std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= ' ' && c <= '~'; }),
        "printable ASCII only");
}

nlohmann::json Parsed(const std::string& line) {
  CheckLine(line);
  nlohmann::json encoded = nlohmann::json::parse(line, nullptr, false);
  Check(encoded.is_object(), "parses as a JSON object");
  Check(encoded.size() <= 10, "no text adds a field");
  return encoded;
}

// The texts of a decision, spread over a load and a handshake.
void CheckOtherKinds(const DecisionRecord& decision, const std::vector<std::string>& texts,
                     std::uint64_t sequence) {
  certgate::PolicyLoadRecord load;
  load.time = decision.time;
  load.id = decision.id;
  load.loaded = decision.effect == certgate::Effect::kAllow;
  load.trigger = texts[1];
  load.policy_name = texts[2];
  load.policy_version = texts[3];
  load.previous_version = texts[4];
  load.generation = sequence;
  for (std::size_t i = 0; i + 1 < texts.size(); ++i) {
    load.changed_files.push_back({texts[i], texts[i + 1]});
    load.gained.push_back({texts[i], texts[i + 1]});
    load.lost.push_back({texts[i + 1], texts[i]});
  }
  load.errors = load.remarks = texts;
  const nlohmann::json loaded = Parsed(certgate::EncodeRecord(load, sequence, texts[10], texts[7]));
  Check(loaded["event"]["sequence"] == sequence, "keeps the sequence of a load");
  Check(loaded["event"]["reason"] == (load.loaded ? "loaded" : "refused"), "keeps the outcome");
  Check(loaded["certgate"]["load"]["count"]["lost"] == load.lost.size(), "counts all changes");

  certgate::HandshakeRecord handshake;
  handshake.time = handshake.since = decision.time;
  handshake.id = decision.id;
  handshake.cause = texts[8];
  handshake.peer = decision.peer;
  handshake.count = sequence;
  const nlohmann::json failed =
      Parsed(certgate::EncodeRecord(handshake, sequence, texts[10], texts[7]));
  Check(failed["certgate"]["handshake"]["count"] == sequence, "keeps the count");
}

template <typename Record>
nlohmann::json Encoded(const Record& record, const std::vector<std::string>& texts,
                       std::uint64_t sequence) {
  std::string line;
  certgate::AppendNumbered(certgate::EncodeUnnumbered(record, {texts[10], texts[7]}), sequence,
                           line);
  certgate::EndRecord(0, certgate::ChainHash(), nullptr, line);
  const auto link = certgate::ReadChain(std::string_view(line).substr(0, line.size() - 1));
  Check(link && link->IsSound(), "ends with a link of the chain");
  return Parsed(line);
}

// What a trail says of itself, and of what it lacks.
void CheckOwnKinds(const DecisionRecord& decision, const std::vector<std::string>& texts,
                   std::uint64_t sequence) {
  certgate::TrailRecord trail;
  trail.time = decision.time;
  trail.id = decision.id;
  trail.action = static_cast<certgate::TrailRecord::Action>(sequence % 3);
  // Every trail is in some place.
  const std::string place = "/" + texts[1];
  trail.place = place;
  trail.continues = texts[2];
  trail.torn = texts[3];
  trail.torn_bytes = sequence;
  trail.remark = texts[4];
  trail.records = sequence;
  const nlohmann::json told = Encoded(trail, texts, sequence);
  Check(told["event"]["outcome"] == "success", "a trail's own records are successes");

  certgate::SuppressedRecord suppressed;
  suppressed.time = suppressed.since = suppressed.until = decision.time;
  suppressed.id = decision.id;
  suppressed.cause = static_cast<certgate::SuppressedRecord::Cause>(sequence % 3);
  suppressed.count = sequence;
  suppressed.error = texts[1];
  suppressed.path = texts[8];
  suppressed.peer_uri = texts[9];
  suppressed.subject = texts[2];
  suppressed.common_name = texts[3];
  suppressed.certificate_sha256 = texts[4];
  const nlohmann::json counted = Encoded(suppressed, texts, sequence);
  Check(counted["certgate"]["suppressed"]["count"] == sequence,
        "keeps the count of the suppressed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const PeerIdentity caller = ReadCaller(input);
  std::vector<std::string> texts(11);
  for (std::string& text : texts) text = input.Text();

  DecisionRecord record;
  const std::uint8_t shape = input.Byte();
  record.effect = shape % 2 == 0 ? certgate::Effect::kAllow : certgate::Effect::kDeny;
  record.mode = shape % 4 < 2 ? certgate::Mode::kEnforce : certgate::Mode::kObserve;
  record.caller = shape % 8 < 6 ? &caller : nullptr;
  record.certificate = shape % 16 < 12 ? &caller.certificate : nullptr;
  record.reason = static_cast<certgate::Reason>(input.Byte() % 14);
  record.observed = static_cast<certgate::Reason>(input.Byte() % 14);
  record.nearest_failed = static_cast<certgate::Field>(input.Byte() % 12);
  record.time = absl::FromUnixSeconds(std::int64_t{input.Byte()} << 24);
  record.id = texts[0];
  record.detail = texts[1];
  record.rule_name = texts[2];
  record.rule_owner = texts[3];
  record.rule_reason = texts[4];
  record.nearest_rule = texts[5];
  record.policy_name = texts[6];
  record.policy_version = texts[7];
  record.path = texts[8];
  record.peer.uri = texts[9];
  record.admitted_by = texts[0];
  record.ran_for = absl::Nanoseconds(std::int64_t{input.Byte()} << 55);
  if (shape >= 128) record.action = certgate::DecisionAction::kRevokeCall;
  const std::uint64_t sequence = std::uint64_t{input.Byte()} << (input.Byte() % 57);

  const nlohmann::json encoded =
      Parsed(certgate::EncodeRecord(record, sequence, texts[10], texts[7]));
  Check(encoded["event"]["sequence"] == sequence, "keeps the sequence");
  const bool allowed = record.effect == certgate::Effect::kAllow &&
                       record.action == certgate::DecisionAction::kAuthorize;
  Check(encoded["event"]["outcome"] == (allowed ? "success" : "failure"), "keeps the outcome");
  CheckOtherKinds(record, texts, sequence);
  CheckOwnKinds(record, texts, sequence);
  record.action = certgate::DecisionAction::kCallEnd;
  const certgate::CallEnd end = {shape % 20, sequence, sequence, sequence, sequence};
  record.end = &end;
  const nlohmann::json ended =
      Parsed(certgate::EncodeRecord(record, sequence, texts[10], texts[7]));
  Check(ended["certgate"]["call"]["sent"]["bytes"] == sequence, "keeps the bytes of a call");
  return 0;
}

#include "src/trail/record_reader.h"

#include <simdjson.h>

#include <new>
#include <utility>

#include "src/trail/line_block.h"

namespace certgate {
namespace {

// Not simdjson's On Demand: that is compiled for the oldest processor that the distribution knows,
// whereas `dom` takes what the processor has. It checks the whole line, too.
namespace json = simdjson::dom;
using simdjson::error_code;

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

error_code Text(json::element value, std::string_view& out) { return value.get_string().get(out); }
error_code Number(json::element value, std::uint64_t& out) { return value.get_uint64().get(out); }

// A list of texts, or one text.
error_code Texts(json::element value, std::vector<std::string_view>& out) {
  if (value.is_string()) return Text(value, out.emplace_back());
  json::array list;
  if (const error_code error = value.get_array().get(list)) return error;
  for (const json::element one : list) {
    if (const error_code error = Text(one, out.emplace_back())) return error;
  }
  return simdjson::SUCCESS;
}

// `visit(key, value)` for each member, until it fails.
template <typename Visit>
error_code EachMember(json::element value, Visit visit) {
  json::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  for (const json::key_value_pair member : object) {
    if (const error_code error = visit(member.key, member.value)) return error;
  }
  return simdjson::SUCCESS;
}

error_code Event(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "action") return Text(member, record.action);
    if (key == "outcome") return Text(member, record.outcome);
    if (key == "reason") return Text(member, record.reason);
    if (key == "id") return Text(member, record.id);
    if (key == "sequence") return Number(member, record.sequence);
    if (key == "duration") return Number(member, record.duration);
    return simdjson::SUCCESS;
  });
}

error_code Rule(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "name") return Text(member, record.rule);
    if (key == "ruleset") return Text(member, record.ruleset);
    if (key == "version") return Text(member, record.version);
    return simdjson::SUCCESS;
  });
}

error_code Subject(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "common_name") return Texts(member, record.common_names);
    if (key == "organizational_unit") return Texts(member, record.units);
    return simdjson::SUCCESS;
  });
}

error_code X509(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "serial_number") return Text(member, record.serial);
    if (key == "subject") return Subject(member, record);
    if (key == "alternative_names") return Texts(member, record.alternative_names);
    return simdjson::SUCCESS;
  });
}

error_code Client(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "subject") return Text(member, record.subject);
    if (key == "issuer") return Text(member, record.issuer);
    if (key == "not_after") return Text(member, record.not_after);
    if (key == "x509") return X509(member, record);
    if (key != "hash") return simdjson::SUCCESS;
    return EachMember(member, [&](std::string_view algorithm, json::element hash) {
      return algorithm == "sha256" ? Text(hash, record.sha256) : simdjson::SUCCESS;
    });
  });
}

error_code Source(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "address") return Text(member, record.address);
    if (key == "ip") return Text(member, record.ip);
    return simdjson::SUCCESS;
  });
}

error_code Suppressed(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "count") return Number(member, record.suppressed);
    if (key == "since") return Text(member, record.since);
    if (key == "until") return Text(member, record.until);
    if (key == "reason") return Text(member, record.suppressed_reason);
    return simdjson::SUCCESS;
  });
}

error_code Handshake(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    return key == "count" ? Number(member, record.handshakes) : simdjson::SUCCESS;
  });
}

error_code Trail(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "place") return Text(member, record.place);
    if (key == "key_id") return Text(member, record.key_id);
    if (key == "continues") return Text(member, record.continues);
    if (key == "torn") return Text(member, record.torn);
    if (key == "remark") return Text(member, record.remark);
    return simdjson::SUCCESS;
  });
}

error_code Messages(json::element value, std::uint64_t& out) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    return key == "messages" ? Number(member, out) : simdjson::SUCCESS;
  });
}

error_code Call(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "status") return Text(member, record.status);
    if (key == "received") return Messages(member, record.messages_received);
    if (key == "sent") return Messages(member, record.messages_sent);
    return simdjson::SUCCESS;
  });
}

error_code PolicyEntry(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "owner") return Text(member, record.rule_owner);
    if (key == "reason") return Text(member, record.rule_reason);
    return simdjson::SUCCESS;
  });
}

error_code Certgate(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    if (key == "mode") return Text(member, record.mode);
    if (key == "authority") return Texts(member, record.authorities);
    if (key == "detail") return Text(member, record.detail);
    if (key == "rule") return PolicyEntry(member, record);
    if (key == "nearest_rule") return Text(member, record.nearest_rule);
    if (key == "nearest_failed") return Text(member, record.nearest_failed);
    if (key == "observed_reason") return Text(member, record.observed_reason);
    if (key == "admitted_by") return Text(member, record.admitted_by);
    if (key == "call") return Call(member, record);
    if (key == "suppressed") return Suppressed(member, record);
    if (key == "handshake") return Handshake(member, record);
    if (key == "trail") return Trail(member, record);
    return simdjson::SUCCESS;
  });
}

// The one member of an object that is asked for.
error_code Only(std::string_view wanted, json::element value, std::string_view& out) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    return key == wanted ? Text(member, out) : simdjson::SUCCESS;
  });
}

error_code Tls(json::element value, ParsedRecord& record) {
  return EachMember(value, [&](std::string_view key, json::element member) {
    return key == "client" ? Client(member, record) : simdjson::SUCCESS;
  });
}

error_code Member(std::string_view key, json::element value, ParsedRecord& record) {
  if (key == "@timestamp") return Text(value, record.time);
  if (key == "event") return Event(value, record);
  if (key == "message") return Text(value, record.message);
  if (key == "rule") return Rule(value, record);
  if (key == "rpc") return Only("method", value, record.method);
  if (key == "source") return Source(value, record);
  if (key == "error") return Only("message", value, record.error);
  if (key == "tls") return Tls(value, record);
  if (key == "service") return Only("name", value, record.service);
  if (key == "certgate") return Certgate(value, record);
  return simdjson::SUCCESS;
}

// Keeps the memory of the lists.
void Clear(ParsedRecord& record) {
  ParsedRecord empty;
  for (auto list : {&ParsedRecord::common_names, &ParsedRecord::units,
                    &ParsedRecord::alternative_names, &ParsedRecord::authorities}) {
    (record.*list).clear();
    (empty.*list) = std::move(record.*list);
  }
  record = std::move(empty);
}

}  // namespace

struct RecordReader::Parser {
  json::parser parser;
};

RecordReader::RecordReader() : parser_(std::make_unique<Parser>()) {}
RecordReader::~RecordReader() = default;
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader& RecordReader::operator=(RecordReader&&) noexcept = default;

std::string_view RecordReader::Read(std::string_view line, ParsedRecord& record) {
  Clear(record);
  json::element document;
  const error_code broken =
      parser_->parser.parse(line.data(), line.size(), /*realloc_if_needed=*/false).get(document);
  if (broken == simdjson::MEMALLOC) throw std::bad_alloc();
  if (broken != simdjson::SUCCESS || !document.is_object()) return "it is no JSON object";
  const error_code misfit = EachMember(document, [&](std::string_view key, json::element value) {
    return Member(key, value, record);
  });
  if (misfit != simdjson::SUCCESS) return "one of its fields is not what records have there";
  if (record.action.empty()) return "`event.action` is missing";
  if (record.time.empty()) return "`@timestamp` is missing";
  return {};
}

std::string_view CallerOf(const ParsedRecord& record) {
  if (!record.common_names.empty()) return record.common_names.front();
  for (const std::string_view prefix : {"URI:spiffe://", "DNS:"}) {
    for (const std::string_view name : record.alternative_names) {
      if (name.starts_with(prefix)) return name.substr(name.find(':') + 1);
    }
  }
  return !record.subject.empty() ? record.subject : record.sha256;
}

}  // namespace certgate

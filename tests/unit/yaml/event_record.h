#ifndef CERTGATE_TESTS_UNIT_YAML_EVENT_RECORD_H_
#define CERTGATE_TESTS_UNIT_YAML_EVENT_RECORD_H_

#include <certgate/diagnostic.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate::testing {

/// What a visitor was told, in short: `{ key= "text" [ plain ] }`, with `!` for what was rejected.
struct EventRecord final : YamlVisitor {
  std::string events;
  std::string places;

  void Add(const std::string& event) { events += (events.empty() ? "" : " ") + event; }
  void AddPlace(SourceLocation location) {
    places += (places.empty() ? "" : " ") + std::to_string(location.line) + ":" +
              std::to_string(location.column);
  }
  void OnMapStart(SourceLocation location) override {
    Add("{");
    AddPlace(location);
  }
  void OnKey(const YamlScalar& key) override {
    Add(std::string(key.text) + "=");
    AddPlace(key.location);
  }
  void OnMapEnd() override { Add("}"); }
  void OnSequenceStart(SourceLocation location) override {
    Add("[");
    AddPlace(location);
  }
  void OnSequenceEnd() override { Add("]"); }
  void OnScalar(const YamlScalar& scalar) override {
    const std::string text(scalar.text);
    Add(scalar.is_absent ? "(absent)" : scalar.is_quoted ? "\"" + text + "\"" : text);
    AddPlace(scalar.location);
  }
  void OnRejected() override { Add("!"); }
  void OnRejectedKey() override { Add("!=!"); }
};

struct Reading {
  bool is_whole = false;
  std::string events;
  std::string places;
  std::vector<Diagnostic> diagnostics;
};

inline Reading Read(std::string_view text) {
  EventRecord record;
  DiagnosticLog log(text, "test.yaml");
  const bool is_whole = ReadYaml(record, log);
  return {is_whole, record.events, record.places, std::move(log).Finish()};
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_YAML_EVENT_RECORD_H_

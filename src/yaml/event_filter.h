#ifndef CERTGATE_SRC_YAML_EVENT_FILTER_H_
#define CERTGATE_SRC_YAML_EVENT_FILTER_H_

#include <certgate/diagnostic.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"
#include "src/yaml/source_cursor.h"

namespace certgate {

/// Thrown through yaml-cpp to stop it, after the reason has been reported.
struct StopReading {};

/// Takes yaml-cpp's events, reports what is not allowed and passes the rest to a visitor.
class EventFilter final : public YAML::EventHandler {
 public:
  EventFilter(YamlVisitor& visitor, DiagnosticLog& log);

  /// The byte offset of a mark; yaml-cpp counts bytes, without the byte order mark.
  std::size_t OffsetOf(const YAML::Mark& mark) const;
  bool saw_document() const { return saw_document_; }
  /// Where the last scalar, a key or a value, began.
  SourceLocation last_scalar() const { return last_scalar_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Collection {
    explicit Collection(bool is_a_map) : is_map(is_a_map), expects_key(is_a_map) {}

    bool is_map = false;
    bool expects_key = false;
    SourceLocation key_location;
    std::size_t key_offset = 0;
    std::unordered_map<std::string, std::size_t> key_lines;
  };

  bool ExpectsKey() const { return !open_.empty() && open_.back().expects_key; }
  bool IsSkipping() const { return skip_depth_ > 0; }
  void CheckProperties(std::size_t offset, SourceLocation location, const std::string& tag,
                       YAML::anchor_t anchor);
  void CheckQuote(std::size_t offset, SourceLocation location);
  void StartCollection(const YAML::Mark& mark, bool is_map, const std::string& tag,
                       YAML::anchor_t anchor);
  bool SkipEnd();
  void EndValue();
  void StopAfterManyErrors() const;
  void TakeScalar(const YamlScalar& scalar, std::size_t offset);
  void TakeKey(const YamlScalar& key, std::size_t offset);
  void RejectKey();
  void TakeAbsent(const YAML::Mark& mark);
  std::size_t AbsentItemOffset(std::size_t offset) const;

  YamlVisitor& visitor_;
  DiagnosticLog& log_;
  std::string_view text_;
  std::size_t mark_base_;
  SourceCursor cursor_;
  bool saw_document_ = false;
  SourceLocation last_scalar_;
  std::vector<Collection> open_;
  // The nesting inside a value whose key has been rejected, or inside a key that is a collection.
  std::size_t skip_depth_ = 0;
  bool skips_next_value_ = false;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_EVENT_FILTER_H_

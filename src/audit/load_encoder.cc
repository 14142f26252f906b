#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/audit/json_writer.h"
#include "src/audit/record_encoder.h"
#include "src/audit/record_fields.h"
#include "src/audit/record_frame.h"

namespace certgate {
namespace {

// One text of many, a line each; no more of them than the field can hold.
std::string Lines(const std::vector<std::string>& texts) {
  std::string lines;
  for (const std::string& text : texts) {
    if (lines.size() > kErrorMessage.budget) break;
    if (!lines.empty()) lines.push_back('\n');
    lines.append(text);
  }
  return lines;
}

class LoadEncoder {
 public:
  LoadEncoder(const PolicyLoadRecord& record, UnnumberedRecord& encoded)
      : record_(record), frame_(encoded), json_(frame_.json()) {}

  void Encode(const RecordedService& service) {
    // ECS has no `denied` under `configuration`: a load that was refused is a change that failed.
    frame_.Begin({.time = record_.time,
                  .kind = RecordKind::kLoad,
                  .category = "configuration",
                  .types = {"change", ""},
                  .action = "policy-load",
                  .is_success = record_.loaded,
                  .reason = record_.loaded ? "loaded" : "refused",
                  .id = record_.id});
    frame_.Message(record_);
    json_.Open("rule");
    frame_.Text(kRuleset, record_.policy_name);
    frame_.Text(kRuleVersion, record_.policy_version);
    json_.Close();
    frame_.Error(Lines(record_.errors));
    frame_.Service(service);
    frame_.Finish([this] { Load(); });
  }

 private:
  void Load() {
    json_.Open("load");
    frame_.Word("part", record_.part == LoadedPart::kRules ? "rules" : "key_pair");
    frame_.Text(kTrigger, record_.trigger);
    json_.Number("generation", record_.generation);
    frame_.Text(kPreviousVersion, record_.previous_version);
    Counts();
    Files();
    Changes(kGained, record_.gained);
    Changes(kLost, record_.lost);
    frame_.Texts(kRemarks, record_.remarks);
    json_.Close();
  }

  // Of all, also of those that the lists have no room for.
  void Counts() {
    json_.Open("count");
    json_.Number("files", record_.changed_files.size());
    json_.Number("gained", record_.gained.size());
    json_.Number("lost", record_.lost.size());
    json_.Number("remarks", record_.remarks.size());
    json_.Number("errors", record_.errors.size());
    json_.Close();
  }

  void Files() {
    json_.OpenList(kFiles.key(), kFiles.budget);
    bool is_whole = true;
    for (const LoadedFile& file : record_.changed_files) {
      std::string item;
      is_whole = AppendPart(file.name, item) && is_whole;
      item += file.sha256.empty() ? " unread" : " sha256:";
      if (!json_.Add("", item.append(file.sha256))) {
        is_whole = false;
        break;
      }
    }
    if (!is_whole) frame_.AddTruncated(kFiles);
    json_.CloseList();
  }

  void Changes(const RecordField& field, const std::vector<AccessChange>& changes) {
    json_.OpenList(field.key(), field.budget);
    bool is_whole = true;
    for (const AccessChange& change : changes) {
      std::string item;
      is_whole = AppendPart(change.who, item) && is_whole;
      item += ": ";
      is_whole = AppendPart(change.method, item) && is_whole;
      if (!json_.Add("", item)) {
        is_whole = false;
        break;
      }
    }
    if (!is_whole) frame_.AddTruncated(field);
    json_.CloseList();
  }

  // Raw text, cut between two characters of UTF-8. Returns whether all of it was appended.
  static bool AppendPart(std::string_view text, std::string& item) {
    if (text.size() <= kMostItemPartBytes) {
      item.append(text);
      return true;
    }
    std::size_t end = kMostItemPartBytes - kCutMark.size();
    const std::size_t longest_character = end - 3;
    while (end > longest_character && (text[end] & 0xC0) == 0x80) --end;
    item.append(text.substr(0, end)).append(kCutMark);
    return false;
  }

  const PolicyLoadRecord& record_;
  RecordFrame frame_;
  JsonWriter& json_;
};

}  // namespace

UnnumberedRecord EncodeUnnumbered(const PolicyLoadRecord& record, const RecordedService& service) {
  UnnumberedRecord encoded;
  LoadEncoder(record, encoded).Encode(service);
  return encoded;
}

}  // namespace certgate

#include "src/server/settings_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "src/server/audit_place.h"
#include "src/server/settings_keys.h"
#include "src/yaml/plain_scalar.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

std::string Key(const Setting& setting) { return "`" + std::string(setting.key) + "`"; }

bool IsText(const Setting& setting) {
  return std::holds_alternative<TextSetting>(setting.kind) ||
         std::holds_alternative<PathSetting>(setting.kind) || setting.is_list();
}

bool IsPath(const Setting& setting) {
  return std::holds_alternative<PathSetting>(setting.kind) ||
         std::holds_alternative<PathListSetting>(setting.kind);
}

bool IsSwitchWord(std::string_view text) {
  return text == "on" || text == "off" || text == "true" || text == "false";
}

// What is wrong with the form of `value`, whatever it says: a text where a number is expected.
std::optional<Problem> FindTypeMistake(const Setting& setting, const YamlScalar& value) {
  const PlainKind kind = value.is_quoted ? PlainKind::kText : ClassifyPlain(value.text);
  if (value.is_absent || kind == PlainKind::kNull) {
    return Problem{Key(setting) + " has no value", "give it one, or remove the line"};
  }
  if (std::holds_alternative<NumberSetting>(setting.kind) && kind != PlainKind::kNumber) {
    return Problem{Key(setting) + " is a number, not " + Quote(value.text),
                   "write a whole number, without quotes"};
  }
  if (std::holds_alternative<SwitchSetting>(setting.kind) &&
      (value.is_quoted || !IsSwitchWord(value.text))) {
    return Problem{Key(setting) + " is on or off, not " + Quote(value.text),
                   "write `on` or `off`, without quotes"};
  }
  // Of a choice the text alone counts: `min_version: 1.2` is a number in YAML, and well meant.
  if (IsText(setting) && kind != PlainKind::kText) {
    return Problem{Key(setting) + " is a text, and " + Quote(value.text) + " is " +
                       std::string(Describe(kind)) + " in YAML",
                   "put it in quotes if it is meant"};
  }
  return std::nullopt;
}

}  // namespace

SettingsReader::SettingsReader(ServerSettings& settings, std::filesystem::path folder,
                               DiagnosticLog& log)
    : settings_(settings), folder_(std::move(folder)), log_(log) {}

void SettingsReader::OnMapStart(SourceLocation location) {
  const bool is_section = level_ == 1 && !section_.empty();
  if (ignored_ > 0) {
    ++ignored_;
  } else if (level_ == 0 || is_section) {
    ++level_;
  } else {
    RejectCollection(location, "a mapping");
  }
}

void SettingsReader::OnMapEnd() {
  if (ignored_ > 0) {
    --ignored_;
  } else if (--level_ == 1) {
    section_ = {};
  }
}

void SettingsReader::OnSequenceStart(SourceLocation location) {
  if (ignored_ > 0) {
    ++ignored_;
  } else if (setting_ != nullptr && !in_list_ && setting_->is_list()) {
    in_list_ = true;
    list_is_bad_ = false;
    list_location_ = location;
  } else {
    RejectCollection(location, "a list");
  }
}

void SettingsReader::OnSequenceEnd() {
  if (ignored_ > 0) {
    --ignored_;
    return;
  }
  in_list_ = false;
  if (taken_.empty() && !list_is_bad_) {
    log_.Error(list_location_, Key(*setting_) + " is an empty list",
               "give it a value, or remove the line");
  } else if (!list_is_bad_) {
    AssignTaken(list_location_);
  }
  taken_.clear();
  setting_ = nullptr;
}

void SettingsReader::OnKey(const YamlScalar& key) {
  if (ignored_ > 0) return;
  if (level_ == 1 && IsSection(key.text)) {
    section_ = SectionNamed(key.text);
    return;
  }
  setting_ = FindSetting(section_, key.text);
  if (setting_ == nullptr) log_.Error(key.location, UnknownSetting(section_, key.text));
}

void SettingsReader::OnScalar(const YamlScalar& scalar) {
  if (ignored_ > 0) return;
  if (level_ == 0) {
    RejectCollection(scalar.location, "a single value");
    ignored_ = 0;
  } else if (level_ == 1 && !section_.empty()) {
    RejectSectionValue(scalar);
  } else if (setting_ != nullptr) {
    Take(scalar);
    if (in_list_) return;
    if (!taken_.empty()) AssignTaken(scalar.location);
    taken_.clear();
    setting_ = nullptr;
  }
}

void SettingsReader::OnRejected() {
  if (ignored_ > 0) return;
  if (in_list_) {
    list_is_bad_ = true;
    return;
  }
  setting_ = nullptr;
  if (level_ == 1) section_ = {};
}

void SettingsReader::OnRejectedKey() { setting_ = nullptr; }

// Also forgets what the collection was meant for, and ignores what is in it.
void SettingsReader::RejectCollection(SourceLocation location, const std::string& what) {
  ignored_ = 1;
  if (level_ == 0) {
    log_.Error(location, what + " where settings are expected",
               "write one `key: value` to a line, such as `listen: 127.0.0.1:50051`");
  } else if (in_list_) {
    list_is_bad_ = true;
    log_.Error(location, Key(*setting_) + " is a list of texts, with no list or mapping in it");
    return;
  } else if (level_ == 1 && !section_.empty()) {
    log_.Error(location, "`" + std::string(section_) + "` takes settings, not " + what,
               ExampleOfSection(section_));
    section_ = {};
  } else if (setting_ != nullptr) {
    log_.Error(location, Key(*setting_) + " takes one value, not " + what);
  }
  setting_ = nullptr;
}

void SettingsReader::RejectSectionValue(const YamlScalar& scalar) {
  const std::string section = "`" + std::string(section_) + "`";
  if (scalar.is_absent) {
    log_.Error(scalar.location, section + " has no settings",
               ExampleOfSection(section_) + ", or remove the line");
  } else {
    log_.Error(scalar.location, section + " takes settings, not a single value",
               ExampleOfSection(section_));
  }
  section_ = {};
}

void SettingsReader::Take(const YamlScalar& value) {
  std::optional<Problem> mistake = FindTypeMistake(*setting_, value);
  if (!mistake && HasControl(value.text)) {
    mistake = Problem{Key(*setting_) + " holds a control character", ""};
  }
  if (mistake) {
    list_is_bad_ = true;
    log_.Error(value.location, *std::move(mistake));
    return;
  }
  std::string text(value.text);
  if (IsPath(*setting_) && !text.empty()) text = InFolder(text);
  if (std::holds_alternative<AuditPlacesSetting>(setting_->kind) && text.starts_with(kFilePlace)) {
    text = std::string(kFilePlace) + InFolder(text.substr(kFilePlace.size()));
  }
  taken_.push_back(std::move(text));
}

std::string SettingsReader::InFolder(const std::string& path) const {
  return (folder_ / path).lexically_normal().string();
}

void SettingsReader::AssignTaken(SourceLocation location) {
  const std::string mistake = Assign(*setting_, taken_, settings_);
  if (!mistake.empty()) log_.Error(location, Key(*setting_) + ": " + mistake);
}

}  // namespace certgate

#include "src/yaml/event_filter.h"

#include <algorithm>
#include <utility>

#include "src/yaml/bracket_scan.h"
#include "src/yaml/syntax_error.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::string_view kNoTag = "?";
// yaml-cpp's tag for a scalar in quotes, and of one with the tag `!`.
constexpr std::string_view kQuotedTag = "!";

bool EndsWord(std::string_view text, std::size_t offset) {
  return offset >= text.size() ||
         std::string_view(" \t\r\n,[]{}").find(text[offset]) != std::string_view::npos;
}

// The way in which a null is written at `offset`; empty if it is only absent.
std::string_view NullText(std::string_view text, std::size_t offset, bool is_key) {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (text.substr(offset, word.size()) != word) continue;
    const std::size_t end = offset + word.size();
    if (EndsWord(text, end) || (is_key && text[end] == ':'))
      return text.substr(offset, word.size());
  }
  return {};
}

// Where the comment that ends at `last` begins; npos if the line of `last` has none. A long line is
// not searched: it would cost too much to do so for each of its items.
std::size_t CommentBegin(std::string_view text, std::size_t last) {
  constexpr std::size_t kFarthest = 1000;
  const std::size_t limit = last > kFarthest ? last - kFarthest : 0;
  std::size_t comment = text.npos;
  for (std::size_t i = last + 1; i > limit && text[i - 1] != '\n'; --i) {
    if (text[i - 1] == '#') comment = i - 1;
  }
  return comment;
}

// True if a colon follows the key that is written at `offset`.
bool HasColon(std::string_view text, std::size_t offset, const YamlScalar& key) {
  const std::string_view first = text.substr(offset, 1);
  if (first == "&" || first == "!")
    return true;  // reported; where the key itself begins is unknown
  const bool is_in_quotes = first == "\"" || first == "'";
  const std::size_t end = is_in_quotes ? FindQuoteEnd(text, offset) : offset + key.text.size();
  const std::size_t next = text.find_first_not_of(" \t\r\n", end);
  return next != text.npos && text[next] == ':';
}

}  // namespace

EventFilter::EventFilter(YamlVisitor& visitor, DiagnosticLog& log)
    : visitor_(visitor),
      log_(log),
      text_(log.text()),
      mark_base_(ByteOrderMarkLength(log.text())),
      cursor_(log.text()) {}

std::size_t EventFilter::OffsetOf(const YAML::Mark& mark) const {
  if (mark.pos < 0) return mark_base_;
  return std::min(mark_base_ + static_cast<std::size_t>(mark.pos), text_.size());
}

void EventFilter::OnDocumentStart(const YAML::Mark& mark) {
  if (!std::exchange(saw_document_, true)) return;
  const std::size_t offset = OffsetOf(mark);
  // Where a document has ended in yaml-cpp's eyes, a new one may begin without `---`.
  if (text_.substr(offset, 3) == "---") {
    log_.Error(cursor_.Locate(offset), "a second document begins here",
               "keep one document in a file");
  } else {
    log_.Error(cursor_.Locate(offset), "this does not belong to the document above it",
               "check the indentation of this line and of the lines above it");
  }
  throw StopReading{};
}

void EventFilter::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const std::size_t offset = OffsetOf(mark);
  if (anchor != 0) CheckProperties(offset, cursor_.Locate(offset), std::string(kNoTag), anchor);
  const std::string_view written = NullText(text_, offset, ExpectsKey());
  const bool is_key_again =
      !open_.empty() && !ExpectsKey() && open_.back().is_map && offset <= open_.back().key_offset;
  if (written.empty() || is_key_again) return TakeAbsent(mark);
  TakeScalar({.text = written, .location = cursor_.Locate(offset)}, offset);
}

// Where there is nothing, yaml-cpp's mark is at what comes next, or, in 0.7, anywhere.
void EventFilter::TakeAbsent(const YAML::Mark& mark) {
  const std::size_t offset = OffsetOf(mark);
  if (open_.empty() || ExpectsKey()) {
    return TakeScalar({.text = {}, .location = cursor_.Locate(offset), .is_absent = true}, offset);
  }
  const Collection& parent = open_.back();
  if (!parent.is_map) {
    const SourceLocation location = cursor_.Locate(AbsentItemOffset(offset));
    return TakeScalar({.text = {}, .location = location, .is_absent = true}, offset);
  }
  TakeScalar({.text = {}, .location = parent.key_location, .is_absent = true}, offset);
}

// The `-` of an item without a value: the last thing before `offset` but for blanks and comments.
// Else `offset`.
std::size_t EventFilter::AbsentItemOffset(std::size_t offset) const {
  std::size_t end = offset;
  while (end > 0) {
    const std::size_t last = text_.find_last_not_of(" \t\r", end - 1);
    if (last == text_.npos) return offset;
    if (text_[last] == '-') return last;
    if (text_[last] != '\n') {
      const std::size_t comment = CommentBegin(text_, last);
      if (comment == text_.npos) return offset;
      end = comment;
    } else {
      end = last;
    }
  }
  return offset;
}

void EventFilter::OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) {
  const std::size_t offset = OffsetOf(mark);
  log_.Error(cursor_.Locate(offset), AliasProblem(text_, offset));
  if (IsSkipping()) return;
  if (ExpectsKey()) return RejectKey();
  if (!std::exchange(skips_next_value_, false)) visitor_.OnRejected();
  EndValue();
}

void EventFilter::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  const std::size_t offset = OffsetOf(mark);
  const SourceLocation location = cursor_.Locate(offset);
  CheckProperties(offset, location, tag, anchor);
  CheckQuote(offset, location);
  last_scalar_ = location;
  TakeScalar({.text = value, .location = location, .is_quoted = tag != kNoTag}, offset);
}

void EventFilter::CheckProperties(std::size_t offset, SourceLocation location,
                                  const std::string& tag, YAML::anchor_t anchor) {
  const std::string_view first = text_.substr(offset, 1);
  if (anchor != 0) {
    log_.Error(location, AnchorProblem(text_, offset));
  } else if (tag != kNoTag && (tag != kQuotedTag || first == "!")) {
    log_.Error(location, TagProblem(text_, offset));
  }
}

// yaml-cpp takes the end of the file for a closing quote.
void EventFilter::CheckQuote(std::size_t offset, SourceLocation location) {
  const std::string_view first = text_.substr(offset, 1);
  if (first != "\"" && first != "'") return;
  if (FindQuoteEnd(text_, offset) != text_.npos) return;
  log_.Error(location, UnterminatedProblem(first[0]));
  throw StopReading{};
}

// Nobody reads so many; a hostile file of 64 MiB could hold millions, and take a minute.
void EventFilter::StopAfterManyErrors() const {
  constexpr std::size_t kMostErrors = 10'000;
  if (log_.error_count() >= kMostErrors) throw StopReading{};
}

void EventFilter::TakeScalar(const YamlScalar& scalar, std::size_t offset) {
  StopAfterManyErrors();
  if (IsSkipping()) return;
  if (ExpectsKey()) return TakeKey(scalar, offset);
  if (!std::exchange(skips_next_value_, false)) visitor_.OnScalar(scalar);
  EndValue();
}

void EventFilter::TakeKey(const YamlScalar& key, std::size_t offset) {
  if (key.is_absent) {
    log_.Error(key.location, "a key is missing before `:`", "write `key: value`");
    return RejectKey();
  }
  if (key.text == "<<" && !key.is_quoted) {
    log_.Error(key.location, "merge keys (`<<`) are not allowed", "write the keys out");
    return RejectKey();
  }
  if (!HasColon(text_, offset, key)) {
    const bool has_inner_colon = key.text.find(':') != key.text.npos;
    log_.Error(key.location, Quote(key.text) + " has no `: ` behind it",
               has_inner_colon ? "write a space after the colon" : "write `key: value`");
    return RejectKey();
  }
  Collection& map = open_.back();
  const auto [found, is_new] = map.key_lines.try_emplace(std::string(key.text), key.location.line);
  if (!is_new) {
    log_.Error(
        key.location, "duplicate key " + Quote(key.text),
        "it is already in line " + std::to_string(found->second) + "; merge the two or remove one");
  }
  map.expects_key = false;
  map.key_location = key.location;
  map.key_offset = offset;
  visitor_.OnKey(key);
}

void EventFilter::RejectKey() {
  visitor_.OnRejectedKey();
  open_.back().expects_key = false;
  open_.back().key_offset = 0;
  skips_next_value_ = true;
}

void EventFilter::EndValue() {
  if (!open_.empty() && open_.back().is_map) open_.back().expects_key = true;
}

void EventFilter::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
  StartCollection(mark, false, tag, anchor);
}

void EventFilter::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  StartCollection(mark, true, tag, anchor);
}

void EventFilter::StartCollection(const YAML::Mark& mark, bool is_map, const std::string& tag,
                                  YAML::anchor_t anchor) {
  const std::size_t offset = OffsetOf(mark);
  const SourceLocation location = cursor_.Locate(offset);
  StopAfterManyErrors();
  if (open_.size() + skip_depth_ >= kMostYamlDepth) {
    log_.Error(location, "nested deeper than " + std::to_string(kMostYamlDepth) + " levels",
               "remove some of the nesting");
    throw StopReading{};
  }
  CheckProperties(offset, location, tag, anchor);
  if (IsSkipping()) {
    ++skip_depth_;
    return;
  }
  if (ExpectsKey()) {
    log_.Error(location, std::string("a key cannot be a ") + (is_map ? "mapping" : "list"),
               "put a key that begins with a bracket in quotes");
    skip_depth_ = 1;
    return;
  }
  if (skips_next_value_) {
    skip_depth_ = 1;
    return;
  }
  open_.emplace_back(is_map);
  is_map ? visitor_.OnMapStart(location) : visitor_.OnSequenceStart(location);
}

// True if the collection that ends was skipped.
bool EventFilter::SkipEnd() {
  if (!IsSkipping()) return false;
  if (--skip_depth_ > 0) return true;
  if (ExpectsKey()) {
    RejectKey();
  } else {
    skips_next_value_ = false;
    EndValue();
  }
  return true;
}

void EventFilter::OnSequenceEnd() {
  if (SkipEnd()) return;
  open_.pop_back();
  visitor_.OnSequenceEnd();
  EndValue();
}

void EventFilter::OnMapEnd() {
  if (SkipEnd()) return;
  open_.pop_back();
  visitor_.OnMapEnd();
  EndValue();
}

}  // namespace certgate

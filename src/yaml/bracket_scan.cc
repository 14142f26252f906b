#include "src/yaml/bracket_scan.h"

#include <algorithm>
#include <vector>

namespace certgate {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsBreak(char c) { return c == '\n' || c == '\r'; }
bool IsFlowMark(char c) { return c == '[' || c == ']' || c == '{' || c == '}' || c == ','; }

class BracketScan {
 public:
  BracketScan(std::string_view text, std::size_t most_depth)
      : text_(text), most_depth_(most_depth) {}

  BracketFindings Run() {
    while (!done_ && position_ < text_.size()) {
      if (!SkipSpace()) ScanBlockToken();
    }
    return findings_;
  }

 private:
  bool AtEnd(std::size_t position) const { return position >= text_.size(); }
  bool IsSpaceAt(std::size_t position) const {
    return AtEnd(position) || IsBlank(text_[position]) || IsBreak(text_[position]);
  }
  std::ptrdiff_t Column() const { return static_cast<std::ptrdiff_t>(position_ - line_begin_); }

  void SkipLine() { position_ = std::min(text_.find('\n', position_), text_.size()); }

  // Skips one blank, line break or comment; false if there is none here.
  bool SkipSpace() {
    const char c = text_[position_];
    if (c == '\n') {
      line_begin_ = ++position_;
      return true;
    }
    if (IsBlank(c) || c == '\r') {
      ++position_;
      return true;
    }
    const bool is_comment = c == '#' && (position_ == 0 || IsSpaceAt(position_ - 1));
    if (is_comment) SkipLine();
    return is_comment;
  }

  void ScanBlockToken() {
    const char c = text_[position_];
    if (SkipDocumentMark()) return;
    if ((c == '-' || c == '?' || c == ':') && IsSpaceAt(position_ + 1)) {
      if (c != ':') parent_column_ = Column();
      ++position_;
    } else if (c == '"' || c == '\'') {
      ScanQuoted();
    } else if (c == '[' || c == '{') {
      ScanFlow();
    } else if (c == '|' || c == '>') {
      SkipBlockScalar();
    } else if (c == '&' || c == '*' || c == '!') {
      while (!IsSpaceAt(position_)) ++position_;
    } else if (c == '%' && Column() == 0) {
      if (!findings_.directive) findings_.directive = position_;
      SkipLine();
    } else {
      SkipPlain();
    }
  }

  bool SkipDocumentMark() {
    const std::string_view mark = text_.substr(position_, 3);
    if (Column() != 0 || (mark != "---" && mark != "...") || !IsSpaceAt(position_ + 3)) {
      return false;
    }
    position_ += 3;
    parent_column_ = -1;
    return true;
  }

  void ScanQuoted() {
    const std::ptrdiff_t column = Column();
    const std::size_t end = FindQuoteEnd(text_, position_);
    if (end == text_.npos) {
      findings_.unterminated = position_;
      done_ = true;
      return;
    }
    const std::size_t line_break = text_.substr(position_, end - position_).rfind('\n');
    const bool is_one_line = line_break == text_.npos;
    if (!is_one_line) line_begin_ = position_ + line_break + 1;
    position_ = end;
    if (is_one_line && !AtEnd(end) && text_[end] == ':') parent_column_ = column;
  }

  // To the end of this line's part of a plain scalar; true if a `:` ends it.
  bool SkipPlainLine() {
    for (; !AtEnd(position_) && !IsBreak(text_[position_]); ++position_) {
      if (text_[position_] == ':' && IsSpaceAt(position_ + 1)) return true;
      if (text_[position_] == '#' && IsBlank(text_[position_ - 1])) {
        SkipLine();
        return true;
      }
    }
    return false;
  }

  // A plain scalar goes on in the lines below that are indented deeper than what holds it.
  void SkipPlain() {
    const std::ptrdiff_t column = Column();
    if (SkipPlainLine()) {
      if (!AtEnd(position_) && text_[position_] == ':') parent_column_ = column;
      return;
    }
    while (SkipToDeeperLine()) {
      if (AtEnd(position_) || text_[position_] == '#' || SkipPlainLine()) return;
    }
  }

  // At a line break: goes to the first character of the next line that is not empty, if that is
  // indented deeper than the parent.
  bool SkipToDeeperLine() {
    std::size_t next = position_;
    std::size_t begin = line_begin_;
    while (!AtEnd(next) && IsSpaceAt(next)) {
      if (text_[next++] == '\n') begin = next;
    }
    const bool is_deeper = static_cast<std::ptrdiff_t>(next - begin) > parent_column_;
    if (AtEnd(next) || !is_deeper || begin == line_begin_) return false;
    position_ = next;
    line_begin_ = begin;
    return parent_column_ >= 0 || !IsDocumentMarkAt(begin);
  }

  bool IsDocumentMarkAt(std::size_t begin) const {
    const std::string_view mark = text_.substr(begin, 3);
    return mark == "---" || mark == "...";
  }

  // The text of a block scalar is all that is indented deeper than its parent.
  void SkipBlockScalar() {
    SkipLine();
    while (SkipToDeeperLine()) SkipLine();
  }

  void ScanFlow() {
    const std::size_t first = position_;
    std::size_t marks = 0;
    std::vector<std::size_t> open;
    while (!done_ && !AtEnd(position_)) {
      if (SkipSpace()) continue;
      const char c = text_[position_];
      if (IsFlowMark(c) || c == ':') ++marks;
      if (marks > kMostFlowMarks) return Stop(findings_.too_large, first);
      if (c == '"' || c == '\'') {
        ScanQuoted();
      } else if (IsFlowMark(c) || c == ':') {
        TakeFlowMark(c, open);
        if (open.empty()) return;
      } else {
        SkipFlowPlain();
      }
    }
    if (!done_) Stop(findings_.unclosed, open.back());
  }

  void TakeFlowMark(char c, std::vector<std::size_t>& open) {
    if (c == '[' || c == '{') {
      if (open.size() == most_depth_) return Stop(findings_.too_deep, position_);
      open.push_back(position_);
    } else if (c == ']' || c == '}') {
      if (text_[open.back()] != (c == ']' ? '[' : '{')) {
        findings_.mismatched_open = open.back();
        return Stop(findings_.mismatched, position_);
      }
      open.pop_back();
    }
    ++position_;
  }

  void SkipFlowPlain() {
    for (; !IsSpaceAt(position_) && !IsFlowMark(text_[position_]); ++position_) {
      const bool ends_key =
          text_[position_] == ':' && (IsSpaceAt(position_ + 1) || IsFlowMark(text_[position_ + 1]));
      if (ends_key) return;
    }
    // A quote behind a blank is still inside the scalar.
    std::size_t next = position_;
    while (!AtEnd(next) && IsBlank(text_[next])) ++next;
    if (!AtEnd(next) && (text_[next] == '"' || text_[next] == '\'')) position_ = next + 1;
  }

  void Stop(std::optional<std::size_t>& finding, std::size_t offset) {
    finding = offset;
    done_ = true;
  }

  std::string_view text_;
  std::size_t most_depth_;
  std::size_t position_ = 0;
  std::size_t line_begin_ = 0;
  // The column of the key or `-` that holds what comes next; -1 at the top.
  std::ptrdiff_t parent_column_ = -1;
  bool done_ = false;
  BracketFindings findings_;
};

}  // namespace

BracketFindings ScanBrackets(std::string_view text, std::size_t most_depth) {
  return BracketScan(text, most_depth).Run();
}

std::size_t FindQuoteEnd(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || text.substr(i + 1, 1) != "'") return i + 1;
      ++i;
    }
  }
  return text.npos;
}

}  // namespace certgate

#include "src/audit/json_writer.h"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace certgate {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

constexpr bool IsPlain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

// By character: to ask each one four questions was a tenth of what a record costs.
constexpr std::array<bool, 256> kIsPlain = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 128; ++c) table[static_cast<std::size_t>(c)] = IsPlain(static_cast<char>(c));
  return table;
}();

std::size_t PlainPrefix(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && kIsPlain[static_cast<unsigned char>(text[size])]) ++size;
  return size;
}

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: the text does not begin with valid UTF-8
};

// RFC 3629: shortest form only, no surrogates, nothing above U+10FFFF.
CodePoint DecodeUtf8(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t value = lead & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[bytes] || value > 0x10FFFF || surrogate) return {};
  return {value, bytes};
}

// One character of the input in its escaped form.
class Escape {
 public:
  explicit Escape(std::string_view text) {
    const CodePoint point = DecodeUtf8(text);
    consumed_ = std::max<std::size_t>(point.bytes, 1);
    if (point.bytes == 0) {
      InvalidByte(static_cast<unsigned char>(text[0]));
    } else if (point.bytes == 1 && point.value >= ' ' && point.value <= '~') {
      if (!IsPlain(text[0])) Put('\\');
      Put(text[0]);
    } else if (point.value <= 0xFFFF) {
      Utf16Unit(point.value);
    } else {
      Utf16Unit(0xD800 + ((point.value - 0x10000) >> 10));
      Utf16Unit(0xDC00 + ((point.value - 0x10000) & 0x3FF));
    }
  }

  std::string_view text() const { return {text_.data(), size_}; }
  std::size_t consumed() const { return consumed_; }

 private:
  void Put(char c) { text_[size_++] = c; }
  void Hex(std::uint32_t value, int digits) {
    while (digits-- > 0) Put(kHexDigits[value >> (4 * digits) & 0xF]);
  }
  void Utf16Unit(std::uint32_t unit) {
    Put('\\');
    Put('u');
    Hex(unit, 4);
  }
  void InvalidByte(unsigned char byte) {
    Put('\\');
    Put('\\');
    Put('x');
    Hex(byte, 2);
  }

  std::array<char, 12> text_{};  // two UTF-16 units at most
  std::size_t size_ = 0;
  std::size_t consumed_ = 0;
};

}  // namespace

bool AppendEscaped(std::string_view text, std::size_t budget, std::string& out) {
  assert(budget >= kCutMark.size());
  const std::size_t limit = out.size() + budget;
  const std::size_t cut_limit = limit - kCutMark.size();
  std::size_t cut = out.size();  // the last boundary of characters that leaves room for the mark
  while (!text.empty()) {
    const std::size_t run = PlainPrefix(text.substr(0, limit - out.size()));
    if (out.size() <= cut_limit) cut = std::min(out.size() + run, cut_limit);
    out.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) return true;

    const Escape escape(text);
    if (out.size() + escape.text().size() > limit) {
      out.resize(cut);
      out.append(kCutMark);
      return false;
    }
    out.append(escape.text());
    text.remove_prefix(escape.consumed());
    if (out.size() <= cut_limit) cut = out.size();
  }
  return true;
}

void JsonWriter::Begin() { out_.push_back('{'); }

void JsonWriter::End() { out_.push_back('}'); }

void JsonWriter::Key(std::string_view key) {
  // Every value ends with another character than these, so that one means "the first member".
  if (out_.back() != '{') out_.push_back(',');
  out_.push_back('"');
  out_.append(key);
  out_.append("\":");
}

void JsonWriter::Open(std::string_view key) {
  assert(depth_ < kMaxDepth);
  marks_[depth_++] = out_.size();
  Key(key);
  out_.push_back('{');
}

void JsonWriter::Close() {
  assert(depth_ > 0);
  const std::size_t mark = marks_[--depth_];
  if (out_.back() == '{') {
    out_.resize(mark);
  } else {
    out_.push_back('}');
  }
}

bool JsonWriter::Text(std::string_view key, std::string_view value, std::size_t budget) {
  if (value.empty()) return true;
  Key(key);
  out_.push_back('"');
  const bool whole = AppendEscaped(value, budget, out_);
  out_.push_back('"');
  return whole;
}

void JsonWriter::Number(std::string_view key, std::uint64_t value) {
  Key(key);
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
}

void JsonWriter::Boolean(std::string_view key, bool value) {
  Key(key);
  out_.append(value ? "true" : "false");
}

void JsonWriter::Members(std::string_view members) {
  if (out_.back() != '{') out_.push_back(',');
  out_.append(members);
}

void JsonWriter::OpenList(std::string_view key, std::size_t budget) {
  list_mark_ = out_.size();
  Key(key);
  out_.push_back('[');
  list_limit_ = out_.size() + budget;
}

bool JsonWriter::Add(std::string_view prefix, std::string_view value) {
  const bool first = out_.back() == '[';
  const std::size_t frame = (first ? 2u : 3u) + prefix.size();  // comma, quotes and prefix
  const std::size_t room = list_limit_ - out_.size();
  if (room < frame + kCutMark.size()) return false;
  if (!first) out_.push_back(',');
  out_.push_back('"');
  out_.append(prefix);
  const bool whole = AppendEscaped(value, room - frame, out_);
  out_.push_back('"');
  return whole;
}

void JsonWriter::CloseList() {
  if (out_.back() == '[') {
    out_.resize(list_mark_);
  } else {
    out_.push_back(']');
  }
}

}  // namespace certgate

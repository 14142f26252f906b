#include "tests/oracle/yaml_text.h"

#include <algorithm>
#include <cstdint>

#include "tests/oracle/yaml_scalar.h"

namespace certgate::oracle {
namespace {

bool IsScalar(const Node& node) {
  return node.kind == Node::Kind::kText || node.kind == Node::Kind::kWord;
}

class YamlWriter {
 public:
  explicit YamlWriter(Style& style) : style_(style) {}

  YamlText Write(const Node& root) {
    const bool has_marks = style_.OneIn(8);
    if (has_marks) Put("---\n");
    Interlude();
    if (style_.OneIn(8)) {
      Flow(root, 0);
      Put("\n");
    } else {
      BlockMap(root, 0);
    }
    if (has_marks || style_.OneIn(4)) Put("...\n");
    if (style_.OneIn(16)) WithCarriageReturns();
    if (style_.OneIn(16)) out_.text.insert(0, "\xEF\xBB\xBF");
    return std::move(out_);
  }

 private:
  void Put(const std::string& text) {
    out_.text += text;
    line_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  void PutBlanks(std::size_t count) { out_.text.append(count, ' '); }

  // The end of a line, with what may stand there.
  void EndLine() {
    if (style_.OneIn(24)) Put(" # the 'rest': [is {a comment");
    Put("\n");
    Interlude();
  }

  // Lines that mean nothing.
  void Interlude() {
    if (style_.OneIn(24)) Put("\n");
    if (style_.OneIn(24)) Put("  # - cn: \"*\"\n");
  }

  void WithCarriageReturns() {
    std::string text;
    for (const char c : out_.text) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    out_.text = std::move(text);
  }

  void Scalar(const Node& node) {
    Put(node.kind == Node::Kind::kWord ? node.text : WriteScalar(node.text, style_));
  }

  void NoteRule(const Node& node) {
    if (!node.rule.empty()) out_.rule_lines[node.rule] = line_;
  }

  // The pairs of a mapping, one a line; the first of them at `first_column`, where the text is.
  void BlockMap(const Node& node, std::size_t indent, bool starts_line = true) {
    NoteRule(node);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (starts_line) PutBlanks(indent);
      starts_line = true;
      Put(WriteScalar(node.keys[i], style_));
      Put(style_.OneIn(16) ? " :" : ":");
      BlockValue(node.items[i], indent);
    }
  }

  // What stands behind the `:` of a key that is indented by `indent`.
  void BlockValue(const Node& node, std::size_t indent) {
    const bool is_flow = !IsScalar(node) && style_.OneIn(3);
    if (IsScalar(node) || is_flow) {
      PutBlanks(1 + (style_.OneIn(8) ? 2 : 0));
      IsScalar(node) ? Scalar(node) : Flow(node, indent + 1);
      return EndLine();
    }
    EndLine();
    // A list may stand below its key without being indented.
    const bool is_list = node.kind == Node::Kind::kList;
    const std::size_t deeper = is_list && style_.OneIn(4) ? 0 : 2 + style_.Below(3);
    is_list ? BlockList(node, indent + deeper) : BlockMap(node, indent + deeper);
  }

  void BlockList(const Node& node, std::size_t indent) {
    for (const Node& item : node.items) {
      PutBlanks(indent);
      Put("-");
      if (IsScalar(item) || style_.OneIn(3)) {
        Put(" ");
        IsScalar(item) ? Scalar(item) : Flow(item, indent + 1);
        EndLine();
        continue;
      }
      // A mapping begins behind the `-`, or below it.
      const bool is_below = style_.OneIn(12);
      const std::size_t column = indent + 2 + style_.Below(2);
      is_below ? EndLine() : PutBlanks(column - indent - 1);
      BlockMap(item, column, is_below);
    }
  }

  // In brackets a line may end nearly everywhere, as long as the next is indented.
  void FlowBlank(std::size_t indent) {
    if (style_.OneIn(24)) {
      Put("\n");
      PutBlanks(indent + 1 + style_.Below(4));
    } else if (style_.OneIn(2)) {
      Put(" ");
    }
  }

  void Flow(const Node& node, std::size_t indent) {
    if (IsScalar(node)) return Scalar(node);
    const bool is_map = node.kind == Node::Kind::kMap;
    NoteRule(node);
    Put(is_map ? "{" : "[");
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (i > 0) Put(",");
      FlowBlank(indent);
      if (is_map) {
        Put(WriteScalar(node.keys[i], style_));
        Put(": ");
      }
      Flow(node.items[i], indent);
    }
    if (style_.OneIn(16)) Put(",");
    FlowBlank(indent);
    Put(is_map ? "}" : "]");
  }

  Style& style_;
  YamlText out_;
  std::size_t line_ = 1;
};

}  // namespace

YamlText WriteYaml(const Node& root, Style& style) { return YamlWriter(style).Write(root); }

}  // namespace certgate::oracle

#include "src/yaml/syntax_error.h"

#include <algorithm>
#include <array>
#include <string>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t LineBegin(std::string_view text, std::size_t offset) {
  const std::size_t line_break = offset == 0 ? text.npos : text.rfind('\n', offset - 1);
  return line_break == text.npos ? 0 : line_break + 1;
}

// What stands between the start of the line and `offset`.
std::string_view BeforeOnLine(std::string_view text, std::size_t offset) {
  const std::size_t begin = LineBegin(text, offset);
  return text.substr(begin, offset - begin);
}

bool IsFirstOnLine(std::string_view text, std::size_t offset) {
  const std::string_view before = BeforeOnLine(text, offset);
  return std::all_of(before.begin(), before.end(), IsSpace);
}

bool HasTabIndentation(std::string_view text, std::size_t offset) {
  std::string_view line = text.substr(LineBegin(text, offset));
  line = line.substr(0, line.find_first_not_of(" \t"));
  return line.find('\t') != line.npos;
}

// The characters from `offset` to the next space, bracket or comma.
std::string_view WordAt(std::string_view text, std::size_t offset) {
  text.remove_prefix(offset);
  return text.substr(0, text.find_first_of(" \t\r\n,[]{}"));
}

// The start of the word that `offset` is in or just behind.
std::size_t WordBegin(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  while (offset > 0 && !IsSpace(text[offset - 1]) &&
         std::string_view(",[]{}").find(text[offset - 1]) == std::string_view::npos) {
    --offset;
  }
  return offset;
}

std::string LineNumber(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return std::to_string(std::count(before.begin(), before.end(), '\n') + 1);
}

Problem QuotedWordProblem(std::string_view text, std::size_t offset, std::string_view what) {
  std::string_view word = WordAt(text, offset);
  if (word.ends_with(':')) word.remove_suffix(1);
  std::string quoted = "`";
  quoted += word.substr(0, 1);
  quoted += "` begins ";
  quoted += what;
  return {std::move(quoted),
          "put a value that begins with it in quotes: " + Quote("\"" + std::string(word) + "\"")};
}

Problem UnexpectedColon(std::string_view text, std::size_t offset) {
  const std::string_view before = BeforeOnLine(text, offset);
  if (before.find(": ") != before.npos) {
    return {"a second `:` in one value", "put a value that holds `: ` in quotes"};
  }
  return {"a `key: value` pair is not expected here",
          "indent the line like the other keys of the same mapping, and check that the line above "
          "is complete"};
}

Problem UnexpectedStart(std::string_view text, std::size_t offset) {
  const std::string_view c = text.substr(std::min(offset, text.size()), 1);
  return {"a value cannot begin with " + Quote(c), "put the value in quotes"};
}

Problem BrokenMapping(std::string_view text, std::size_t offset) {
  if (IsFirstOnLine(text, offset)) {
    return {"this line does not fit the mapping above it",
            "indent it like the keys that it belongs to, and write `key: value`"};
  }
  return {"unexpected text after the value",
          "put the whole value in quotes, or look for a quote above that is not closed"};
}

Problem BrokenList(std::string_view text, std::size_t offset) {
  if (IsFirstOnLine(text, offset)) {
    return {"this line does not fit the list above it",
            "indent it like the keys of the entry above, or begin an item with `- `"};
  }
  return {"unexpected text after the value",
          "put the whole value in quotes, or look for a quote above that is not closed"};
}

struct Explanation {
  std::string_view fragment;  // of yaml-cpp's message
  std::string_view message;
  std::string_view hint;
};

constexpr std::array kExplanations = {
    Explanation{"end of map flow", "expected `,` or `}` here", "separate the pairs with commas"},
    Explanation{"end of sequence flow", "expected `,` or `]` here",
                "separate the values with commas"},
    Explanation{"illegal block entry", "a list item cannot begin here",
                "put `- ` on a line of its own, below the key"},
    Explanation{"illegal map key", "a key cannot begin here",
                "put a value that begins with `? ` in quotes"},
    Explanation{"illegal flow end", "this bracket closes nothing",
                "remove it, or put the value in quotes"},
    Explanation{"unknown escape character", "unknown escape in a text in double quotes",
                "write `\\\\` for a backslash, or use single quotes"},
    Explanation{"scanning hex number", "an escape with digits that are not hexadecimal",
                "write `\\\\` for a backslash, or use single quotes"},
    Explanation{"invalid unicode", "an escape for a character that does not exist",
                "write the character itself"},
    Explanation{"block scalar", "unexpected text after `|` or `>`",
                "begin the text on the next line, or put it in quotes"},
    Explanation{"in scalar", "this line ends the document inside a quoted text",
                "close the quote before it"},
    Explanation{"tab when looking", "a tab in the indentation", "indent with spaces"},
};

Problem ExplainMessage(std::string_view text, std::size_t offset, std::string_view message) {
  if (message.find("end of map not") != message.npos) return BrokenMapping(text, offset);
  if (message.find("end of sequence not") != message.npos) return BrokenList(text, offset);
  if (message.find("illegal map value") != message.npos) return UnexpectedColon(text, offset);
  if (message.find("unknown token") != message.npos) return UnexpectedStart(text, offset);
  for (const Explanation& explanation : kExplanations) {
    if (message.find(explanation.fragment) != message.npos) {
      return {std::string(explanation.message), std::string(explanation.hint)};
    }
  }
  return {"this is not valid YAML", "check the indentation and the quotes of this line"};
}

}  // namespace

Problem AliasProblem(std::string_view text, std::size_t offset) {
  Problem problem = QuotedWordProblem(text, offset, "an alias, which is not allowed");
  problem.hint += "; write an alias out";
  return problem;
}

Problem AnchorProblem(std::string_view text, std::size_t offset) {
  Problem problem = QuotedWordProblem(text, offset, "an anchor, which is not allowed");
  problem.hint += "; write out what is used in several places";
  return problem;
}

Problem TagProblem(std::string_view text, std::size_t offset) {
  return QuotedWordProblem(text, offset, "a tag, which is not allowed");
}

Problem UnterminatedProblem(char quote) {
  return {"a quote that is never closed", std::string("add the closing `") + quote + "`"};
}

SyntaxError ExplainFindings(std::string_view text, const BracketFindings& findings) {
  if (findings.unterminated) {
    const std::size_t offset = *findings.unterminated;
    return {offset, UnterminatedProblem(text[offset]), true};
  }
  if (findings.unclosed) {
    const char open = text[*findings.unclosed];
    return {*findings.unclosed,
            {std::string("a `") + open + "` that is never closed",
             std::string("add the closing `") + (open == '[' ? ']' : '}') + "`"},
            true};
  }
  if (findings.mismatched) {
    const std::size_t open = findings.mismatched_open;
    return {*findings.mismatched,
            {std::string("`") + text[*findings.mismatched] + "` does not close the `" + text[open] +
                 "` of line " + LineNumber(text, open),
             std::string("expected `") + (text[open] == '[' ? ']' : '}') + "`"},
            true};
  }
  return {};
}

SyntaxError ExplainSyntaxError(std::string_view text, std::size_t offset, std::string_view message,
                               const BracketFindings& findings) {
  SyntaxError found = ExplainFindings(text, findings);
  if (!found.problem.message.empty() && found.offset <= offset) return found;
  const std::size_t word = WordBegin(text, offset);
  const char first = word < text.size() ? text[word] : '\0';
  if (first == '*') return {word, AliasProblem(text, word), false};
  if (first == '&') return {word, AnchorProblem(text, word), false};
  if (first == '!') return {word, TagProblem(text, word), false};
  const bool is_indentation_error = message.find("map value") != message.npos ||
                                    message.find("block entry") != message.npos ||
                                    message.find("not found") != message.npos;
  if (is_indentation_error && HasTabIndentation(text, offset)) {
    return {LineBegin(text, offset), {"a tab in the indentation", "indent with spaces"}, true};
  }
  return {offset, ExplainMessage(text, offset, message), false};
}

}  // namespace certgate

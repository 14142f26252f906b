#ifndef CERTGATE_TESTS_ORACLE_YAML_TEXT_H_
#define CERTGATE_TESTS_ORACLE_YAML_TEXT_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/style.h"

namespace certgate::oracle {

/// A piece of YAML before it is written.
struct Node {
  enum class Kind {
    kText,  // may stand in quotes, and must where it would be taken for something else
    kWord,  // must not stand in quotes
    kMap,
    kList,
  };

  Kind kind = Kind::kText;
  std::string text;
  /// The items of a list, or the values of a mapping and, as many, their keys.
  std::vector<Node> items;
  std::vector<std::string> keys;
  /// The name of the rule that this mapping is, if it is one.
  std::string rule;
};

/// A key with its value.
using Pair = std::pair<std::string, Node>;

inline Node Text(std::string text) { return {Node::Kind::kText, std::move(text), {}, {}, {}}; }
inline Node Word(std::string text) { return {Node::Kind::kWord, std::move(text), {}, {}, {}}; }
inline Node List(std::vector<Node> items) {
  return {Node::Kind::kList, {}, std::move(items), {}, {}};
}
inline Node Map(std::vector<Pair> pairs) {
  Node map;
  map.kind = Node::Kind::kMap;
  for (Pair& pair : pairs) {
    map.keys.push_back(std::move(pair.first));
    map.items.push_back(std::move(pair.second));
  }
  return map;
}

struct YamlText {
  std::string text;
  /// The line, from 1, on which the mapping of each named rule begins.
  std::map<std::string, std::size_t> rule_lines;
};

/// Writes `root`, a mapping, in one of the many ways that YAML has.
YamlText WriteYaml(const Node& root, Style& style);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_YAML_TEXT_H_

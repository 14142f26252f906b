#include "src/analysis/policy_test_file.h"

#include <string_view>
#include <utility>

#include "src/analysis/policy_test_builder.h"
#include "src/analysis/policy_test_node.h"
#include "src/policy/load_node.h"
#include "src/policy/load_text.h"
#include "src/yaml/reader.h"

namespace certgate {
namespace {

bool TakesMap(TestNode node) {
  return node == TestNode::kFile || node == TestNode::kTest || node == TestNode::kCaller;
}

bool TakesSequence(TestNode node) {
  return node == TestNode::kTests || node == TestNode::kAttribute || node == TestNode::kMethods;
}

/// Fills a `PolicyTestFile` from the events of its file. What is wrong is reported and passed over,
/// so that the rest of the file is checked too.
class PolicyTestReader final : public YamlVisitor {
 public:
  explicit PolicyTestReader(DiagnosticLog& log) : log_(log), builder_(log) {}

  void OnMapStart(SourceLocation location) override;
  void OnKey(const YamlScalar& key) override;
  void OnMapEnd() override;
  void OnSequenceStart(SourceLocation location) override;
  void OnSequenceEnd() override;
  void OnScalar(const YamlScalar& scalar) override;
  void OnRejected() override;
  void OnRejectedKey() override;

  /// After the whole file has been read.
  PolicyTestFile Finish() &&;

 private:
  /// A list or mapping that has begun.
  struct Open {
    TestNode node = TestNode::kSkip;
    SourceLocation location;
    std::string name;  // the key that it is the value of
    bool is_empty = true;
  };

  TestNode Next();
  void Reject(TestNode node, SourceLocation location, std::string_view found);
  Open Pop();

  DiagnosticLog& log_;
  PolicyTestBuilder builder_;
  PolicyTestFile file_;
  std::vector<Open> open_;
  // What the value of the last key must be, and that key.
  TestNode next_ = TestNode::kFile;
  std::string key_;
  SourceLocation location_{1, 1};
  bool is_mapping_ = false;
  bool has_tests_ = false;
};

// What the node that begins now is, by the collection that it stands in.
TestNode PolicyTestReader::Next() {
  if (open_.empty()) return TestNode::kFile;
  Open& parent = open_.back();
  parent.is_empty = false;
  switch (parent.node) {
    case TestNode::kTests:
      return TestNode::kTest;
    case TestNode::kAttribute:
      return TestNode::kAttributeItem;
    case TestNode::kMethods:
      return TestNode::kMethodItem;
    case TestNode::kSkip:
      return TestNode::kSkip;
    default:
      return next_;
  }
}

void PolicyTestReader::Reject(TestNode node, SourceLocation location, std::string_view found) {
  if (node != TestNode::kSkip) log_.Error(location, TestMismatch(node, key_, found));
  open_.push_back({TestNode::kSkip, location, key_, true});
}

PolicyTestReader::Open PolicyTestReader::Pop() {
  Open open = std::move(open_.back());
  open_.pop_back();
  return open;
}

void PolicyTestReader::OnMapStart(SourceLocation location) {
  const TestNode node = Next();
  if (!TakesMap(node)) return Reject(node, location, "a mapping");
  if (node == TestNode::kFile) {
    location_ = location;
    is_mapping_ = true;
  }
  if (node == TestNode::kTest) builder_.Begin(location);
  open_.push_back({node, location, key_, true});
}

void PolicyTestReader::OnSequenceStart(SourceLocation location) {
  const TestNode node = Next();
  if (!TakesSequence(node)) return Reject(node, location, "a list");
  open_.push_back({node, location, key_, true});
}

void PolicyTestReader::OnKey(const YamlScalar& key) {
  Open& parent = open_.back();
  parent.is_empty = false;
  key_.assign(key.text);
  next_ = TestNode::kSkip;
  if (parent.node == TestNode::kSkip) return;
  next_ = TestNodeOf(parent.node, key.text);
  std::string_view meant = key.text;
  if (next_ == TestNode::kSkip) {
    log_.Error(key.location, UnknownTestKey(parent.node, key.text));
    meant = NearestTestKey(parent.node, key.text);  // which is then not missing too
  }
  if (parent.node == TestNode::kTest) builder_.OnKey(meant);
  if (parent.node == TestNode::kFile && meant == "tests") has_tests_ = true;
}

void PolicyTestReader::OnMapEnd() {
  const Open open = Pop();
  if (open.node == TestNode::kSkip || open.node == TestNode::kFile) return;
  if (open.is_empty) return log_.Error(open.location, EmptyTestNode(open.node, open.name));
  if (open.node == TestNode::kCaller) return builder_.EndCaller(open.location);
  file_.tests.push_back(builder_.End());
}

void PolicyTestReader::OnSequenceEnd() {
  const Open open = Pop();
  if (open.is_empty && open.node != TestNode::kSkip) {
    log_.Error(open.location, EmptyTestNode(open.node, open.name));
  }
}

void PolicyTestReader::OnScalar(const YamlScalar& scalar) {
  const TestNode node = Next();
  if (node == TestNode::kSkip) return;
  if (node == TestNode::kExpect) return builder_.OnExpect(scalar);
  const bool is_collection = TakesMap(node) || node == TestNode::kTests;
  if (is_collection || node == TestNode::kMethods) {
    return log_.Error(scalar.location, TestMismatch(node, key_, DescribeScalar(scalar)));
  }
  if (std::optional<Problem> problem = CheckText(key_, scalar)) {
    return log_.Error(scalar.location, *std::move(problem));
  }
  if (node == TestNode::kPolicy) {
    file_.policy = {std::string(scalar.text), scalar.location};
  } else if (node == TestNode::kAttribute || node == TestNode::kAttributeItem) {
    builder_.OnAttribute(key_, scalar);
  } else {
    builder_.OnText(node, scalar);
  }
}

void PolicyTestReader::OnRejected() {
  Next();
  builder_.OnRejected();
}

void PolicyTestReader::OnRejectedKey() {
  open_.back().is_empty = false;
  if (open_.back().node == TestNode::kFile) has_tests_ = true;
  builder_.OnRejected();
}

PolicyTestFile PolicyTestReader::Finish() && {
  if (is_mapping_ && !has_tests_) {
    log_.Error(location_, "`tests` is missing", "add `tests:` with at least one test");
  }
  return std::move(file_);
}

}  // namespace

PolicyTestFile ReadPolicyTestFile(DiagnosticLog& log) {
  PolicyTestReader reader(log);
  // Half a file would seem to lack what stands in its other half.
  if (!ReadYaml(reader, log)) return {};
  return std::move(reader).Finish();
}

}  // namespace certgate

#ifndef CERTGATE_SRC_POLICY_LOAD_READER_H_
#define CERTGATE_SRC_POLICY_LOAD_READER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/policy/document.h"
#include "src/policy/load_authorities.h"
#include "src/policy/load_entry.h"
#include "src/policy/load_node.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/input_file.h"
#include "src/yaml/reader.h"

namespace certgate {

/// Fills a `PolicyDocument` from the events of a policy file, without a tree between the two.
/// What is wrong is reported and passed over, so that the rest of the file is checked too.
class PolicyReader final : public YamlVisitor {
 public:
  /// `file` is the policy's path, from whose folder CA files are found; `read` reads them.
  PolicyReader(DiagnosticLog& log, std::string file, FileReader read)
      : log_(log), entry_reader_(log), authority_reader_(log, std::move(file), std::move(read)) {}

  void OnMapStart(SourceLocation location) override;
  void OnKey(const YamlScalar& key) override;
  void OnMapEnd() override;
  void OnSequenceStart(SourceLocation location) override;
  void OnSequenceEnd() override;
  void OnScalar(const YamlScalar& scalar) override;
  void OnRejected() override;
  void OnRejectedKey() override;

  /// After the whole file has been read: reports what is missing and what refers to nothing.
  void CheckWhole();

  /// Where the policy begins, for a text that was read to its end.
  SourceLocation location() const { return policy_location_; }

  /// The document; valid only if the log holds no error. May be called once.
  PolicyDocument TakeDocument() { return std::move(document_); }

 private:
  /// A list or mapping that has begun.
  struct Open {
    Node node = Node::kSkip;
    SourceLocation location;
    std::string name;  // the key that it is the value of
    bool is_empty = true;
  };

  Node Next();
  std::string_view NameOf(Node node) const;
  void Push(Node node, SourceLocation location);
  Open Pop();
  Node PolicyKey(const YamlScalar& key);
  Node ClientKey(const YamlScalar& key);
  Node MethodsKey(const YamlScalar& key);
  Node MethodKey(const YamlScalar& key);
  Node ValueKey(const YamlScalar& key, bool is_first);
  void BeginEntry(SourceLocation location);
  void TakeVersion(const YamlScalar& scalar);
  void TakeName(const YamlScalar& scalar);
  void TakeMode(const YamlScalar& scalar);
  void EndEntry();
  void EndMethod(const Open& method);

  DiagnosticLog& log_;
  EntryReader entry_reader_;
  AuthorityReader authority_reader_;
  PolicyDocument document_;
  std::vector<Open> open_;
  // What the value of the last key must be, and that key.
  Node next_ = Node::kPolicy;
  std::string key_;
  SourceLocation key_location_;
  SourceLocation policy_location_{1, 1};
  bool is_mapping_ = false;
  bool has_version_ = false;
  bool has_name_ = false;
  bool has_methods_ = false;
  bool has_rules_ = false;  // of the method that is being read
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_READER_H_

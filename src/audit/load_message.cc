#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/audit/message.h"
#include "src/audit/record_fields.h"
#include "src/audit/sentence.h"

namespace certgate {
namespace {

// Tells of one load.
class LoadSentence {
 public:
  LoadSentence(const PolicyLoadRecord& record, std::string& out) : record_(record), out_(out) {}

  bool Write() {
    if (record_.loaded) {
      Loaded();
    } else {
      Refused();
    }
    return out_.is_whole();
  }

 private:
  void Loaded() {
    if (record_.part == LoadedPart::kKeyPair) return KeyPairLoaded();
    out_.Words("policy ");
    out_.Foreign(record_.policy_name, kMessageCallerBudget);
    out_.Words(" loaded (generation " + std::to_string(record_.generation));
    if (!record_.trigger.empty()) out_.Words(", ");
    out_.Foreign(record_.trigger, kTrigger.budget);
    out_.Words(")");
    // At start there is nothing to compare with.
    if (!record_.previous_version.empty()) Accesses();
    FirstOf(record_.remarks, record_.previous_version.empty() ? ": " : "; ");
  }

  void KeyPairLoaded() {
    out_.Words("server certificate and key loaded");
    Trigger();
    FirstOf(record_.remarks, ": ");
  }

  void Trigger() {
    if (record_.trigger.empty()) return;
    out_.Words(" (");
    out_.Foreign(record_.trigger, kTrigger.budget);
    out_.Words(")");
  }

  void Accesses() {
    const std::size_t gained = record_.gained.size();
    const std::size_t lost = record_.lost.size();
    out_.Words(": ");
    if (gained == 0 && lost == 0) return out_.Words("nobody known to have gained or lost access");
    if (gained > 0) out_.Words(std::to_string(gained) + " gained");
    if (gained > 0 && lost > 0) out_.Words(", ");
    if (lost > 0) out_.Words(std::to_string(lost) + " lost");
    out_.Words(" access");
  }

  void Refused() {
    const bool is_rules = record_.part == LoadedPart::kRules;
    out_.Words(is_rules ? "policy, client CAs and CRLs refused"
                        : "server certificate and key refused");
    Trigger();
    if (!is_rules) {
      out_.Words(", those before stay in force");
    } else if (record_.generation > 0) {
      out_.Words(", generation " + std::to_string(record_.generation) + " stays in force");
    }
    FirstOf(record_.errors, ": ");
  }

  void FirstOf(const std::vector<std::string>& texts, std::string_view separator) {
    if (texts.empty()) return;
    out_.Words(separator);
    out_.Foreign(texts.front(), kMessagePathBudget);
    if (texts.size() > 1) out_.Words(", and " + std::to_string(texts.size() - 1) + " more");
  }

  const PolicyLoadRecord& record_;
  Sentence out_;
};

}  // namespace

bool AppendMessage(const PolicyLoadRecord& record, std::string& out) {
  return LoadSentence(record, out).Write();
}

}  // namespace certgate

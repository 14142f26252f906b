#include <string>
#include <string_view>

#include "src/audit/message.h"
#include "src/audit/record_fields.h"
#include "src/audit/sentence.h"
#include "src/audit/source_address.h"
#include "src/audit/timestamp.h"

namespace certgate {

bool AppendMessage(const HandshakeRecord& record, std::string& out) {
  Sentence sentence(out);
  const bool is_one = record.count == 1;
  sentence.Words(is_one ? "a TLS handshake" : std::to_string(record.count) + " TLS handshakes");
  if (!record.peer.uri.empty()) {
    sentence.Words(" from ");
    sentence.Foreign(SourceAddress(record.peer.uri).address(), kMessageCallerBudget);
  }
  sentence.Words(" failed");
  if (!is_one) {
    sentence.Words(" since ");
    sentence.Words(Timestamp(record.since, Precision::kSeconds).text());
  }
  sentence.Words(": ");
  sentence.Foreign(record.cause.empty() ? "the cause is not known" : record.cause,
                   kMessagePathBudget);
  return sentence.is_whole();
}

}  // namespace certgate

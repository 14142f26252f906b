#ifndef CERTGATE_SRC_AUDIT_MESSAGE_H_
#define CERTGATE_SRC_AUDIT_MESSAGE_H_

#include <certgate/audit_record.h>

#include <string>
#include <string_view>

#include "src/audit/own_records.h"

namespace certgate {

/// What people call the caller: the common name, else the SPIFFE ID, the first DNS name, the
/// subject, the certificate's SHA-256; `caller without a certificate` if there is none. Raw text.
/// The view refers into the record or to static storage.
std::string_view CallerName(const DecisionRecord& record);

/// Appends the sentence that tells of the decision, e.g. `my-grpc-client allowed
/// /helloworld.Greeter/SayHello by rule payments-team` or `my-grpc-client lost
/// /helloworld.Greeter/SayHello after 12.3 s: the certificate is revoked`, escaped as
/// `AppendEscaped` does and within the budget of the field `message`. Returns whether no part of it
/// was cut.
bool AppendMessage(const DecisionRecord& record, std::string& out);
/// The same for `policy greeter loaded (generation 3, file change): 2 gained, 1 lost access` or
/// `files refused (file change), generation 2 stays in force: policy.yaml:8:5: ...`.
bool AppendMessage(const PolicyLoadRecord& record, std::string& out);
/// The same for `a TLS handshake from 192.0.2.7 failed: certificate has expired`.
bool AppendMessage(const HandshakeRecord& record, std::string& out);
/// The same for `the audit trail /var/log/audit.jsonl begins (start)`.
bool AppendMessage(const TrailRecord& record, std::string& out);
/// The same for `12000 calls denied without a record of their own since ...`.
bool AppendMessage(const SuppressedRecord& record, std::string& out);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_MESSAGE_H_

#ifndef CERTGATE_SRC_POLICY_COMPILE_H_
#define CERTGATE_SRC_POLICY_COMPILE_H_

#include <certgate/policy.h>

#include <memory>

#include "src/policy/document.h"

namespace certgate {

/// Compiles a valid document, and frees it piece by piece on the way. Throws std::bad_alloc,
/// std::length_error for a document too large to number (4 GiB of texts, 67 million values), and
/// std::invalid_argument for one that is not valid: an entry without a selector, a selector
/// without a value, a client that does not exist, a key that does not have the form of its scope or
/// occurs twice. Thread-safe.
std::unique_ptr<const Policy::Compiled> CompilePolicy(PolicyDocument document);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_COMPILE_H_

#ifndef CERTGATE_SRC_FILES_REGULAR_FILE_H_
#define CERTGATE_SRC_FILES_REGULAR_FILE_H_

#include <cstddef>
#include <string>
#include <variant>

#include "src/files/problem.h"

namespace certgate {

/// Reads a regular file whole; of one over `most_bytes`, one byte more than that, so that the
/// caller sees that it is too long. Fails on a folder, pipe or device, which could keep the reader
/// waiting; the message says why, without the path: "it is a directory". Does not wait.
/// Thread-safe; throws only std::bad_alloc.
std::variant<std::string, Problem> ReadRegularFile(const std::string& path, std::size_t most_bytes);

/// What the system says about an error number, in lower case.
std::string SystemReason(int error);

}  // namespace certgate

#endif  // CERTGATE_SRC_FILES_REGULAR_FILE_H_

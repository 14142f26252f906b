#ifndef CERTGATE_SRC_IDENTITY_SERVER_KEY_PAIR_H_
#define CERTGATE_SRC_IDENTITY_SERVER_KEY_PAIR_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>

namespace certgate {

/// A file as it was read, under the name that messages call it by.
struct PemFile {
  std::string name;
  std::string content;
};

/// Checks that `certificate` is a server's certificate, with its chain, that is valid at `now`, and
/// that `private_key` is its key and not encrypted. Returns the last moment at which it is valid.
/// InvalidArgument, with the name of the file, else. Throws std::bad_alloc.
absl::StatusOr<absl::Time> CheckServerKeyPair(const PemFile& certificate,
                                              const PemFile& private_key, absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_SERVER_KEY_PAIR_H_

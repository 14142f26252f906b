#ifndef CERTGATE_SRC_SERVER_GREETING_H_
#define CERTGATE_SRC_SERVER_GREETING_H_

#include <grpcpp/support/status.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "helloworld/helloworld.pb.h"

namespace certgate {

/// "Hello NAME".
std::string Greeting(const std::string& name);

/// What a call of SayHelloStreamReply asks for.
struct Repetition {
  int replies = 3;
  std::chrono::milliseconds interval{0};
};

/// Reads `request` into `repetition`. OK, or INVALID_ARGUMENT for a number that is out of its
/// range: one call may not occupy the server for ever.
grpc::Status ReadRepetition(const helloworld::HelloRequest& request, Repetition& repetition);

/// The names of one SayHelloCollect call. Bounded, because a client may go on for ever: at most
/// 1,000 names and 1 MiB of text.
class CollectedNames {
 public:
  /// OK, or RESOURCE_EXHAUSTED when there is no room for `name`.
  grpc::Status Add(const std::string& name);
  /// One greeting for all: "Hello a, b and c"; "Hello nobody" without names.
  std::string Greeting() const;

 private:
  std::vector<std::string> names_;
  std::size_t bytes_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_GREETING_H_

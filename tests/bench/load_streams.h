#ifndef CERTGATE_TESTS_BENCH_LOAD_STREAMS_H_
#define CERTGATE_TESTS_BENCH_LOAD_STREAMS_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate::bench {

/// Bidirectional streams that stay open, each of which sends a message when the one before has been
/// answered.
class LoadStreams {
 public:
  /// Opens `each` streams on each connection.
  LoadStreams(const std::vector<std::unique_ptr<helloworld::Greeter::Stub>>& stubs,
              std::size_t each);
  /// Ends them.
  ~LoadStreams();
  LoadStreams(const LoadStreams&) = delete;
  LoadStreams& operator=(const LoadStreams&) = delete;

  /// Sends so many messages over the streams together, and waits for the answers. Returns how many
  /// came: fewer where a stream has ended.
  std::size_t Send(std::size_t messages);

 private:
  class Stream;
  struct Done;

  const std::unique_ptr<Done> done_;
  std::vector<std::unique_ptr<Stream>> streams_;
};

}  // namespace certgate::bench

#endif  // CERTGATE_TESTS_BENCH_LOAD_STREAMS_H_

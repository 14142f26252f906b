#ifndef CERTGATE_TESTS_SUPPORT_MANY_STREAMS_H_
#define CERTGATE_TESTS_SUPPORT_MANY_STREAMS_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

namespace certgate::testing {

/// Many bidirectional streams to a Greeter that answers each message, in a few threads.
/// Thread-safe.
class ManyStreams {
 public:
  /// Begins `count` streams over the channels in turn. A server takes 100 on one connection unless
  /// it is told otherwise.
  ManyStreams(const std::vector<std::shared_ptr<grpc::Channel>>& channels, std::size_t count);
  /// Cancels those that have not ended, and waits for them.
  ~ManyStreams();
  ManyStreams(const ManyStreams&) = delete;
  ManyStreams& operator=(const ManyStreams&) = delete;

  /// Sends one message on each stream that has not ended, and waits, for a minute at the most,
  /// until each has been answered or has ended. Returns how many were answered. Not for two threads
  /// at once.
  std::size_t Exchange();

  /// How many have ended, by their status.
  std::map<grpc::StatusCode, std::size_t> ends() const;

 private:
  class Shared;
  class Stream;

  const std::shared_ptr<Shared> shared_;
  std::vector<std::unique_ptr<Stream>> streams_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_MANY_STREAMS_H_

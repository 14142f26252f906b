#include "src/server/greeting.h"

namespace certgate {
namespace {

constexpr std::size_t kMostNames = 1'000;
constexpr std::size_t kMostBytes = 1024 * 1024;
constexpr int kMostReplies = 10'000;
constexpr int kLongestInterval = 60'000;  // milliseconds

}  // namespace

std::string Greeting(const std::string& name) { return "Hello " + name; }

grpc::Status ReadRepetition(const helloworld::HelloRequest& request, Repetition& repetition) {
  if (request.replies() < 0 || request.replies() > kMostReplies) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                        "one call may ask for 1 to 10,000 replies");
  }
  if (request.interval_ms() < 0 || request.interval_ms() > kLongestInterval) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                        "replies may be 0 to 60,000 milliseconds apart");
  }
  if (request.replies() > 0) repetition.replies = request.replies();
  repetition.interval = std::chrono::milliseconds(request.interval_ms());
  return grpc::Status::OK;
}

grpc::Status CollectedNames::Add(const std::string& name) {
  if (names_.size() == kMostNames || name.size() > kMostBytes - bytes_) {
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                        "one call may greet 1,000 names and 1 MiB of text");
  }
  bytes_ += name.size();
  names_.push_back(name);
  return grpc::Status::OK;
}

std::string CollectedNames::Greeting() const {
  if (names_.empty()) return certgate::Greeting("nobody");
  std::string everybody = names_.front();
  for (std::size_t i = 1; i < names_.size(); ++i) {
    everybody += i + 1 == names_.size() ? " and " : ", ";
    everybody += names_[i];
  }
  return certgate::Greeting(everybody);
}

}  // namespace certgate

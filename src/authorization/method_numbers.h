#ifndef CERTGATE_SRC_AUTHORIZATION_METHOD_NUMBERS_H_
#define CERTGATE_SRC_AUTHORIZATION_METHOD_NUMBERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// Numbers the methods that were registered, from 1. Thread-safe.
class MethodNumbers {
 public:
  /// The same number for the same path. Throws std::bad_alloc.
  std::uint32_t Of(std::string_view path);

  /// The path of each number; that of 0, which no method has, is empty.
  std::vector<std::string> Paths() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;  // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_METHOD_NUMBERS_H_

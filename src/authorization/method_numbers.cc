#include "src/authorization/method_numbers.h"

namespace certgate {

std::uint32_t MethodNumbers::Of(std::string_view path) {
  const std::lock_guard lock(mutex_);
  const auto found = numbers_.find(path);
  if (found != numbers_.end()) return found->second;
  return numbers_.emplace(path, static_cast<std::uint32_t>(numbers_.size() + 1)).first->second;
}

std::vector<std::string> MethodNumbers::Paths() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths(numbers_.size() + 1);
  for (const auto& [path, number] : numbers_) paths[number] = path;
  return paths;
}

}  // namespace certgate

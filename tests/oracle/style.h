#ifndef CERTGATE_TESTS_ORACLE_STYLE_H_
#define CERTGATE_TESTS_ORACLE_STYLE_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <random>

namespace certgate::oracle {

/// How one and the same thing is written: a row of choices that follows from a number. Under the
/// number 0 every choice is the first, so that a failing policy is shown in the plainest form that
/// still fails.
class Style {
 public:
  explicit Style(std::uint32_t number) : is_plain_(number == 0), random_(number) {}

  /// A number from 0 to `end` - 1.
  std::uint32_t Below(std::uint32_t end) {
    return is_plain_ ? 0 : static_cast<std::uint32_t>(random_() % end);
  }
  /// True once in `n` times; never if plain.
  bool OneIn(std::uint32_t n) { return Below(n) == n - 1; }

  template <typename Container>
  void Shuffle(Container& container) {
    if (!is_plain_) std::shuffle(std::begin(container), std::end(container), random_);
  }

 private:
  bool is_plain_;
  std::mt19937 random_;
};

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_STYLE_H_

#ifndef CERTGATE_TESTS_ORACLE_RANDOM_H_
#define CERTGATE_TESTS_ORACLE_RANDOM_H_

#include <absl/time/time.h>
#include <rapidcheck.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

// What the generators are made of. Sizes are the same in every case: it is not the first cases that
// are to be small, but what a failing case is reduced to.
namespace certgate::oracle {

/// The time around which everything happens: 2027-01-15 08:00:00 UTC.
inline constexpr absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

/// A list of nothing to `most` items.
template <typename T>
rc::Gen<std::vector<T>> UpTo(int most, rc::Gen<T> gen) {
  return rc::gen::resize(
      most, rc::gen::container<std::vector<T>>(rc::gen::resize(rc::kNominalSize, std::move(gen))));
}

template <typename T>
rc::Gen<std::vector<T>> OneAndUpTo(int most, rc::Gen<T> gen) {
  return rc::gen::map(rc::gen::pair(gen, UpTo(most, gen)), [](std::pair<T, std::vector<T>> parts) {
    parts.second.insert(parts.second.begin(), std::move(parts.first));
    return std::move(parts.second);
  });
}

/// A number from 0 to `end` - 1.
inline rc::Gen<std::size_t> Below(std::size_t end) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, end));
}

/// One of `items`, which must live on; the first is the simplest.
template <typename T>
rc::Gen<T> OneOf(const std::vector<T>& items) {
  return rc::gen::map(Below(items.size()), [&items](std::size_t i) { return items[i]; });
}

/// Once in `one_in` times something else than usual.
template <typename T>
rc::Gen<T> Sometimes(std::size_t one_in, T usual, rc::Gen<T> other) {
  return rc::gen::weightedOneOf<T>(
      {{one_in - 1, rc::gen::just(std::move(usual))}, {1, std::move(other)}});
}

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_RANDOM_H_

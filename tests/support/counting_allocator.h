#ifndef CERTGATE_TESTS_SUPPORT_COUNTING_ALLOCATOR_H_
#define CERTGATE_TESTS_SUPPORT_COUNTING_ALLOCATOR_H_

// Replaces the global operator new by one that counts. For one file of a program, which is built
// without sanitizers: these bring an operator of their own.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace certgate::testing {

/// The allocations of all threads since the program began.
inline std::atomic<long> allocations{0};

}  // namespace certgate::testing

// Not inlined: the compiler would see through one half of a pair and complain of the other.
[[gnu::noinline]] void* operator new(std::size_t size) {
  certgate::testing::allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif  // CERTGATE_TESTS_SUPPORT_COUNTING_ALLOCATOR_H_

#ifndef CERTGATE_TESTS_SUPPORT_SANITIZED_H_
#define CERTGATE_TESTS_SUPPORT_SANITIZED_H_

namespace certgate::testing {

// Sanitizers take many times the memory and time: what is long is shortened under them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kIsSanitized =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool kIsSanitized = false;
#endif

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_SANITIZED_H_

#ifndef CERTGATE_TESTS_SUPPORT_CATCH2_H_
#define CERTGATE_TESTS_SUPPORT_CATCH2_H_

// Catch2 2 (Debian 12) and 3 (Debian 13) under one name.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
namespace Catch::Matchers {
inline auto ContainsSubstring(const std::string& text) { return Catch::Contains(text); }
}  // namespace Catch::Matchers
#endif

#endif  // CERTGATE_TESTS_SUPPORT_CATCH2_H_

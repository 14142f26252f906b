#include "src/command_line/number_within.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

template <typename Number>
CLI::Validator Within(std::string_view kind, std::int64_t low, std::int64_t high) {
  const std::string wanted = " is not " + std::string(kind) + " from " + std::to_string(low) +
                             " to " + std::to_string(high);
  return CLI::Validator(
      [low, high, wanted](const std::string& text) {
        Number number{};
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        const bool is_good = error == std::errc() && rest == end &&
                             number >= static_cast<Number>(low) &&
                             number <= static_cast<Number>(high);
        return is_good ? std::string() : Quote(text) + wanted;
      },
      "");
}

}  // namespace

CLI::Validator NumberWithin(std::int64_t low, std::int64_t high) {
  return Within<double>("a number", low, high);
}

CLI::Validator WholeNumberWithin(std::int64_t low, std::int64_t high) {
  return Within<std::int64_t>("a whole number", low, high);
}

}  // namespace certgate

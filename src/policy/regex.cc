#include "src/policy/regex.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace certgate {
namespace {

// For the compiled program and its caches, each regex: enough for any that a person would write,
// and too little for one that repeats a repetition a million times.
constexpr std::int64_t kMaxBytes = 1 << 20;
constexpr int kMaxPrefixBytes = 64;

RE2::Options OptionsFor(Field field) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxBytes);
  options.set_never_capture(true);
  options.set_case_sensitive(field != Field::kDns);
  return options;
}

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Regex::Regex(Field field, std::string_view expression)
    : re2_(std::make_unique<re2::RE2>(Piece(expression), OptionsFor(field))) {}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::string Regex::error() const { return re2_->ok() ? "" : re2_->error(); }

bool Regex::Matches(std::string_view text) const { return re2::RE2::FullMatch(Piece(text), *re2_); }

// All that matches lies between the two ends of the range, and so begins as both of them do.
std::string Regex::LiteralPrefix() const {
  std::string first;
  std::string last;
  if (!re2_->PossibleMatchRange(&first, &last, kMaxPrefixBytes)) return "";
  const auto end = std::mismatch(first.begin(), first.end(), last.begin(), last.end()).first;
  return {first.begin(), end};
}

}  // namespace certgate

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/policy/matcher.h"
#include "src/policy/regex.h"
#include "tests/bench/figures.h"

// What it costs to compare a text from a certificate with the worst patterns: those on which a
// matcher that goes back to try again takes exponential time. Here the time of a byte should hardly
// depend on the length of the text. Texts in names are at most 256 bytes long, in URIs 2,048.
namespace certgate::bench {
namespace {

constexpr std::size_t kLengths[] = {64, 128, 256, 2048};

/// A pattern, and texts of any length that do not match it, but nearly.
struct Worst {
  std::string name;
  std::function<bool(std::string_view)> matches;
  std::function<std::string(std::size_t)> text;
};

std::string Repeated(std::string_view part, std::size_t length) {
  std::string text;
  while (text.size() < length) text += part.substr(0, length - text.size());
  return text;
}

Worst Pattern(Field field, const std::string& pattern, std::string_view part,
              const std::string& head = "") {
  const std::string shown = pattern.size() > 24 ? pattern.substr(0, 21) + "..." : pattern;
  return {std::string(ToString(field)) + " " + shown,
          [field, pattern](std::string_view text) { return MatchesPattern(field, pattern, text); },
          [head, part](std::size_t length) { return head + Repeated(part, length - head.size()); }};
}

Worst Expression(Field field, const std::string& expression, std::string_view part) {
  const auto regex = std::make_shared<const Regex>(field, expression);
  return {std::string(ToString(field)) + " regex " + expression,
          [regex](std::string_view text) { return regex->Matches(text); },
          [part](std::size_t length) { return Repeated(part, length); }};
}

std::vector<Worst> AllWorst() {
  const std::string many_stars = Repeated("*a", 62) + "*b";
  return {
      Pattern(Field::kCn, "*a*a*a*a*b", "a"),
      Pattern(Field::kCn, "*a*a*a*a*b*", "a"),
      Pattern(Field::kCn, many_stars, "a"),
      Pattern(Field::kCn, "*ab*ab*ab*ab*b*a", "ab"),
      Pattern(Field::kCn, "*" + Repeated("a", 31) + "b*", "a"),
      Pattern(Field::kDns, Repeated("*.", 60) + "b", "a."),
      Pattern(Field::kUri, "spiffe://acme.example/" + Repeated("*/", 62) + "b", "a/",
              "spiffe://acme.example/"),
      Expression(Field::kCn, "(a*)*b", "a"),
      Expression(Field::kCn, "(a|aa)+$b", "a"),
      Expression(Field::kCn, "(a|a?)+b", "a"),
      Expression(Field::kCn, "(.*)(.*)(.*)(.*)[^a]", "a"),
      Expression(Field::kUri, "(([a-z])+.)+[A-Z]([a-z])+", "a"),
      Expression(Field::kDns, "([a-z]+\\.?)+!", "a."),
  };
}

std::string NameOf(const Worst& worst, std::size_t length) {
  return worst.name + "/" + std::to_string(length);
}

void Match(benchmark::State& state, const Worst& worst) {
  const std::string text = worst.text(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(worst.matches(text));
}

// A pattern that matches ends early and would measure nothing.
void RequireNoMatch(const Worst& worst) {
  for (const std::size_t length : kLengths) {
    if (!worst.matches(worst.text(length))) continue;
    std::fprintf(stderr, "`%s` matches\n", worst.name.c_str());
    std::exit(1);
  }
}

// Returns how many times more a byte of a longer text cost than one of a shorter text, at most.
double PrintTable(const std::vector<Worst>& all, const Figures& figures) {
  double most_growth = 0;
  std::printf("\n%-42s", "nanoseconds for each byte");
  for (const std::size_t length : kLengths) std::printf(" %8zu", length);
  std::printf(" %8s\n", "growth");
  for (const Worst& worst : all) {
    std::printf("%-42s", worst.name.c_str());
    double least = std::numeric_limits<double>::max();
    double growth = 0;
    for (const std::size_t length : kLengths) {
      const double each = figures.Get(NameOf(worst, length)) / static_cast<double>(length);
      growth = std::max(growth, each / least);
      least = std::min(least, each);
      std::printf(" %8.2f", each);
    }
    std::printf(" %8.2f\n", growth);
    most_growth = std::max(most_growth, growth);
  }
  return most_growth;
}

int Main(int argc, char** argv) {
  const std::vector<Worst> all = AllWorst();
  for (const Worst& worst : all) {
    RequireNoMatch(worst);
    auto* registered = benchmark::RegisterBenchmark(
        worst.name.c_str(), [&worst](benchmark::State& state) { Match(state, worst); });
    for (const std::size_t length : kLengths) registered->Arg(static_cast<std::int64_t>(length));
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Figures figures;
  benchmark::RunSpecifiedBenchmarks(&figures);
  const double growth = PrintTable(all, figures);
  std::printf("matcher_bench: a byte of a long text costs at most %.2f times one of a short text\n",
              growth);
  return 0;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) { return certgate::bench::Main(argc, argv); }

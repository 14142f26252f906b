#include "src/cli/call_chart.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace certgate {
namespace {

using Stretch = CallTimeline::Stretch;

constexpr std::size_t kMostColumns = 120;
// In the units of the image.
constexpr double kWidth = 960;
constexpr double kHeight = 260;
constexpr double kLeft = 64;
constexpr double kRight = 8;
constexpr double kTop = 12;
constexpr double kBottom = 28;
constexpr std::size_t kMostTimes = 8;
// Between two times that are written; in days and parts of days.
constexpr std::array kTimeSteps = {absl::Minutes(5),     absl::Minutes(15),    absl::Hours(1),
                                   absl::Hours(3),       absl::Hours(6),       absl::Hours(12),
                                   absl::Hours(24),      absl::Hours(2 * 24),  absl::Hours(7 * 24),
                                   absl::Hours(28 * 24), absl::Hours(364 * 24)};

std::string TimeText(absl::Time time, const char* format) {
  return absl::FormatTime(format, time, absl::UTCTimeZone());
}

// 1, 2 or 5 times a power of ten, so that about four lines are drawn.
std::uint64_t GridStep(std::uint64_t most) {
  std::uint64_t power = 1;
  for (;;) {
    for (const std::uint64_t factor : {1u, 2u, 5u}) {
      if (factor * power * 5 >= most || power > most) return factor * power;
    }
    power *= 10;
  }
}

class Chart {
 public:
  explicit Chart(const CallTimeline& timeline)
      : stretches_(timeline.Stretches(kMostColumns)), length_(timeline.LengthFor(kMostColumns)) {
    for (const Stretch& stretch : stretches_) most_ = std::max(most_, stretch.counts.calls());
    step_ = GridStep(most_);
    top_ = (most_ + step_ - 1) / step_ * step_;
    column_ = (kWidth - kLeft - kRight) / static_cast<double>(stretches_.size());
  }

  std::string Draw() const {
    std::string svg = absl::StrCat(
        "<div class=\"scroll\"><svg class=\"chart\" viewBox=\"0 0 ", kWidth, " ", kHeight,
        "\" role=\"img\" aria-labelledby=\"chart-title\">\n<title id=\"chart-title\">Calls from ",
        TimeText(stretches_.front().start, "%F %H:%M"), " to ",
        TimeText(stretches_.back().start + length_, "%F %H:%M"), " UTC, at most ", Grouped(most_),
        " in ", LengthText(), "</title>\n");
    svg += Grid();
    for (std::size_t i = 0; i < stretches_.size(); ++i) svg += Column(i);
    svg += Times();
    return svg + "</svg></div>\n<p class=\"note\">Each column is " + LengthText() +
           ", in UTC.</p>\n";
  }

 private:
  double Y(std::uint64_t calls) const {
    const double part = static_cast<double>(calls) / static_cast<double>(top_);
    return kHeight - kBottom - part * (kHeight - kTop - kBottom);
  }
  double X(std::size_t column) const { return kLeft + column_ * static_cast<double>(column); }

  std::string LengthText() const {
    const auto minutes = absl::ToInt64Minutes(length_);
    const auto text = [](std::int64_t count, const char* unit) {
      return count == 1 ? absl::StrCat("one ", unit) : absl::StrCat(count, " ", unit, "s");
    };
    if (minutes % (7 * 24 * 60) == 0) return text(minutes / (7 * 24 * 60), "week");
    if (minutes % (24 * 60) == 0) return text(minutes / (24 * 60), "day");
    if (minutes % 60 == 0) return text(minutes / 60, "hour");
    return text(minutes, "minute");
  }

  std::string Grid() const {
    std::string svg;
    for (std::uint64_t calls = 0; calls <= top_; calls += step_) {
      const std::string y = absl::StrFormat("%.1f", Y(calls));
      svg +=
          absl::StrCat("<line class=\"grid\" x1=\"", kLeft, "\" x2=\"", kWidth - kRight, "\" y1=\"",
                       y, "\" y2=\"", y, "\"/><text class=\"tick\" x=\"", kLeft - 8, "\" y=\"", y,
                       "\" dy=\".32em\" text-anchor=\"end\">", Grouped(calls), "</text>\n");
    }
    return svg;
  }

  std::string Column(std::size_t at) const {
    const Stretch& stretch = stretches_[at];
    const CallTimeline::Counts& counts = stretch.counts;
    if (counts.calls() == 0) return "";
    std::string svg = absl::StrCat(
        "<g><title>", TimeText(stretch.start, "%F %H:%M"), ": ", Grouped(counts.allowed),
        " allowed, ",
        counts.observed > 0 ? Grouped(counts.observed) + " let through under observe, " : "",
        Grouped(counts.denied), " denied</title>");
    std::uint64_t below = 0;
    const std::array<std::pair<const char*, std::uint64_t>, 3> parts = {
        {{"allowed", counts.allowed}, {"observed", counts.observed}, {"denied", counts.denied}}};
    for (const auto& [kind, calls] : parts) {
      if (calls == 0) continue;
      const double top = Y(below + calls);
      // What is there is seen, however little it is.
      const double height = std::max(Y(below) - top, 1.0);
      svg += absl::StrFormat(
          "<rect class=\"%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\"/>", kind, X(at),
          top, std::max(column_ - 1, column_ * 0.7), height);
      below += calls;
    }
    return svg + "</g>\n";
  }

  // The step is such that not too many are written, and they begin at a round time.
  absl::Duration TimeStep() const {
    const absl::Duration span = length_ * static_cast<double>(stretches_.size());
    for (const absl::Duration step : kTimeSteps) {
      if (step >= length_ && span <= step * static_cast<double>(kMostTimes)) return step;
    }
    return std::max(length_, span);
  }

  std::string Times() const {
    std::string svg;
    const absl::Duration step = TimeStep();
    const char* const format = step >= absl::Hours(24) ? "%F" : "%m-%d %H:%M";
    absl::Time next = stretches_.front().start;
    for (std::size_t i = 0; i < stretches_.size(); ++i) {
      const absl::Time start = stretches_[i].start;
      const bool is_round =
          absl::Floor(start - absl::UnixEpoch(), step) == start - absl::UnixEpoch();
      if (start < next || (step < absl::Hours(7 * 24) && !is_round)) continue;
      next = start + step;
      svg += absl::StrFormat("<text class=\"tick\" x=\"%.1f\" y=\"%.0f\">%s</text>\n", X(i),
                             kHeight - 8, TimeText(start, format));
    }
    return svg;
  }

  const std::vector<Stretch> stretches_;
  const absl::Duration length_;
  std::uint64_t most_ = 0;
  std::uint64_t step_ = 1;
  std::uint64_t top_ = 1;
  double column_ = 0;
};

}  // namespace

std::string Grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string CallChart(const CallTimeline& timeline) {
  if (timeline.Stretches(kMostColumns).empty()) return "";
  return Chart(timeline).Draw();
}

}  // namespace certgate

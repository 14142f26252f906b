#include "src/audit/syslog_message.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "src/audit/print_us_ascii.h"

namespace certgate {
namespace {

// RFC 5424, section 6.2.1.
constexpr int kNotice = 5;
constexpr int kInfo = 6;
// What stands for a field that has no value.
constexpr std::string_view kNil = "-";
constexpr std::size_t kMostMessageIdBytes = 32;

// The text behind `key` in the record. certgate's own words only are asked for, all of which stand
// before any text from outside.
std::string_view Word(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = line.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

// RFC 5424 has years of four digits only.
std::string_view TimeOf(std::string_view line) {
  constexpr std::size_t kBytes = std::string_view("2026-11-26T06:15:30.123456Z").size();
  const std::string_view time = Word(line, "{\"@timestamp\":\"");
  return time.size() == kBytes && time.front() != '-' ? time : kNil;
}

std::string_view MessageId(std::string_view line) {
  const std::string_view action = Word(line, "\"action\":\"");
  const bool fits = !action.empty() && action.size() <= kMostMessageIdBytes;
  return fits && IsPrintUsAscii(action) ? action : kNil;
}

int Severity(std::string_view line) {
  return Word(line, "\"outcome\":\"") == "success" ? kInfo : kNotice;
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return std::string(kNil);
  const std::string text = name.data();
  return text.empty() || !IsPrintUsAscii(text) ? std::string(kNil) : text;
}

}  // namespace

std::optional<int> SyslogFacility(std::string_view keyword) {
  constexpr std::array<std::pair<std::string_view, int>, 12> kFacilities = {{{"user", 1},
                                                                             {"daemon", 3},
                                                                             {"auth", 4},
                                                                             {"authpriv", 10},
                                                                             {"local0", 16},
                                                                             {"local1", 17},
                                                                             {"local2", 18},
                                                                             {"local3", 19},
                                                                             {"local4", 20},
                                                                             {"local5", 21},
                                                                             {"local6", 22},
                                                                             {"local7", 23}}};
  const auto* const found = std::find_if(kFacilities.begin(), kFacilities.end(),
                                         [&](const auto& one) { return one.first == keyword; });
  if (found == kFacilities.end()) return std::nullopt;
  return found->second;
}

SyslogMessages::SyslogMessages(int facility, std::string app_name)
    : facility_(facility),
      origin_(" " + HostName() + " " + std::move(app_name) + " " + std::to_string(getpid()) + " ") {
}

std::string SyslogMessages::Of(std::string_view line) const {
  if (line.ends_with('\n')) line.remove_suffix(1);
  std::string message;
  message.reserve(line.size() + 128);
  message.append("<").append(std::to_string(facility_ * 8 + Severity(line))).append(">1 ");
  message.append(TimeOf(line)).append(origin_).append(MessageId(line));
  message.append(" - ").append(line);
  return message;
}

}  // namespace certgate

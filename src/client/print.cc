#include "src/client/print.h"

#include <absl/time/time.h>
#include <google/protobuf/util/json_util.h>

#include <cstddef>
#include <iostream>

namespace certgate {
namespace {

constexpr std::size_t kLabelWidth = 15;

}  // namespace

std::string Json(const google::protobuf::Message& message, bool with_zeros) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = with_zeros;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : std::string("{}");
}

std::string Printable(std::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return printable;
}

void PrintField(std::string_view label, std::string_view value) {
  if (value.empty()) return;
  std::cout << label << std::string(kLabelWidth - label.size(), ' ') << Printable(value) << '\n';
}

void PrintTime(std::string_view label, const google::protobuf::Timestamp& time) {
  PrintField(label, absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(time.seconds()),
                                     absl::UTCTimeZone()));
}

}  // namespace certgate

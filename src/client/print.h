#ifndef CERTGATE_SRC_CLIENT_PRINT_H_
#define CERTGATE_SRC_CLIENT_PRINT_H_

#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>

namespace certgate {

/// `message` in protobuf's JSON form, on one line, with its fields' own names; `with_zeros`
/// also those that hold 0 or nothing.
std::string Json(const google::protobuf::Message& message, bool with_zeros = false);

/// `text` with `?` for control characters: a name in a certificate, or a server's message, must not
/// drive the terminal.
std::string Printable(std::string_view text);

/// One line on standard output, `label` of at most 14 letters in a column of its own; nothing for
/// an empty value.
void PrintField(std::string_view label, std::string_view value);
void PrintTime(std::string_view label, const google::protobuf::Timestamp& time);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_PRINT_H_

#ifndef CERTGATE_SRC_AUDIT_SENTENCE_H_
#define CERTGATE_SRC_AUDIT_SENTENCE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "src/audit/json_writer.h"

namespace certgate {

/// Puts a record's `message` together from certgate's own words and texts from outside.
class Sentence {
 public:
  /// Appends to `out`, which must outlive the sentence.
  explicit Sentence(std::string& out) : out_(out) {}

  /// Words of certgate's own: plain ASCII without quotes.
  void Words(std::string_view words) { out_.append(words); }

  /// A text from outside, escaped and cut to `budget` bytes.
  void Foreign(std::string_view text, std::size_t budget) {
    if (!AppendEscaped(text, budget, out_)) is_whole_ = false;
  }

  /// Whether no text was cut so far.
  bool is_whole() const { return is_whole_; }

 private:
  std::string& out_;
  bool is_whole_ = true;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SENTENCE_H_

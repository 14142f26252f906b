#ifndef CERTGATE_SRC_AUDIT_JSON_WRITER_H_
#define CERTGATE_SRC_AUDIT_JSON_WRITER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace certgate {

/// Ends every text that was cut.
inline constexpr std::string_view kCutMark = "...";

/// Appends `text` to `out` as the inside of a JSON string (RFC 8259, section 7), in printable ASCII
/// only: control characters, DEL and everything beyond ASCII as `\uXXXX`, a byte that is no part of
/// valid UTF-8 as the four characters `\xnn`. Appends at most `budget` bytes, which must be no
/// fewer than those of `kCutMark`; a text that needs more is cut between two characters and ends
/// with the mark. Returns whether all of it was written. Looks at no more of `text` than it writes.
bool AppendEscaped(std::string_view text, std::size_t budget, std::string& out);

/// Writes one JSON object into a string, member by member. Keys are literals of this library and
/// are written as they are. Objects and lists without members leave no trace.
class JsonWriter {
 public:
  /// Appends to `out`, which must outlive the writer.
  explicit JsonWriter(std::string& out) : out_(out) {}

  /// Begins and ends the outermost object.
  void Begin();
  void End();
  /// Begins and ends the object `key`; at most `kMaxDepth` may be open.
  void Open(std::string_view key);
  void Close();

  /// A text; nothing at all if `value` is empty. `budget` as for `AppendEscaped`, whose result it
  /// returns.
  bool Text(std::string_view key, std::string_view value, std::size_t budget);
  void Number(std::string_view key, std::uint64_t value);
  void Boolean(std::string_view key, bool value);

  /// A list of texts. All that stands between its brackets takes at most `budget` bytes.
  void OpenList(std::string_view key, std::size_t budget);
  /// Adds `prefix`, plain ASCII, and `value` as one item. False if it was cut or left out for lack
  /// of room; nothing more may be added then.
  bool Add(std::string_view prefix, std::string_view value);
  void CloseList();

  /// Members that were written by a `JsonWriter` before, without the braces around them; at least
  /// one.
  void Members(std::string_view members);

  /// Writes a key; the caller appends the value.
  void Key(std::string_view key);

 private:
  static constexpr std::size_t kMaxDepth = 6;

  std::string& out_;
  std::array<std::size_t, kMaxDepth> marks_{};  // where each open object's key began
  std::size_t depth_ = 0;
  std::size_t list_mark_ = 0;   // where the open list's key began
  std::size_t list_limit_ = 0;  // the size of `out_` that its items may reach
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_JSON_WRITER_H_

#ifndef CERTGATE_SRC_POLICY_TEXT_ARENA_H_
#define CERTGATE_SRC_POLICY_TEXT_ARENA_H_

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace certgate {

/// A place in a `TextArena`.
struct TextRef {
  std::uint32_t begin = 0;
  std::uint32_t length = 0;
};

/// The texts of a compiled policy, one after the other in a single block, at most 4 GiB of them.
class TextArena {
 public:
  /// Throws std::length_error when the arena is full.
  TextRef Add(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > std::numeric_limits<std::uint32_t>::max() - texts_.size()) {
      throw std::length_error("the texts of a policy are over 4 GiB");
    }
    const TextRef place{static_cast<std::uint32_t>(texts_.size()),
                        static_cast<std::uint32_t>(text.size())};
    texts_.append(text);
    return place;
  }

  /// The text at `place`. The view holds until the next `Add` or `ShrinkToFit`.
  std::string_view At(TextRef place) const noexcept {
    return {texts_.data() + place.begin, place.length};
  }

  /// Gives back the memory that growing took; for when everything has been added.
  void ShrinkToFit() { texts_.shrink_to_fit(); }

 private:
  std::string texts_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_TEXT_ARENA_H_

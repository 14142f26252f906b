#ifndef CERTGATE_SRC_IDENTITY_READING_LIMITS_H_
#define CERTGATE_SRC_IDENTITY_READING_LIMITS_H_

#include <cstddef>

namespace certgate {

/// The longest PEM text that is looked at.
inline constexpr std::size_t kMaxPemBytes = std::size_t{64} * 1024;

/// The rejection of a certificate that might be read another time. Short enough to be kept in a
/// std::string without memory.
inline constexpr char kOutOfMemory[] = "out of memory";
static_assert(sizeof(kOutOfMemory) <= 16);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_READING_LIMITS_H_

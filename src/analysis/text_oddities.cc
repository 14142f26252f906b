#include "src/analysis/text_oddities.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostShown = 4;

struct SpoofCloser {
  void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};
using SpoofChecker = std::unique_ptr<USpoofChecker, SpoofCloser>;

UChar32 ToIcu(char32_t character) { return static_cast<UChar32>(character); }

std::u32string CharactersOf(std::string_view text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    characters += point.value;
    i += std::max<std::size_t>(point.length, 1);
  }
  return characters;
}

// "U+0430 CYRILLIC SMALL LETTER A".
std::string NameOf(char32_t character) {
  std::array<char, 16> code{};
  std::snprintf(code.data(), code.size(), "U+%04X", static_cast<unsigned>(character));
  std::array<char, 128> name{};
  UErrorCode status = U_ZERO_ERROR;
  u_charName(ToIcu(character), U_EXTENDED_CHAR_NAME, name.data(),
             static_cast<std::int32_t>(name.size()), &status);
  std::string text = code.data();
  if (U_SUCCESS(status) != 0 && name[0] != '\0') text += std::string(" ") + name.data();
  return text;
}

// Each character once, in the order in which they occur.
std::string NamesOf(std::u32string_view characters) {
  std::u32string once;
  for (const char32_t character : characters) {
    if (once.find(character) == once.npos) once += character;
  }
  std::string names;
  const std::size_t shown = std::min(once.size(), kMostShown);
  for (std::size_t i = 0; i < shown; ++i) names += (i == 0 ? "" : ", ") + NameOf(once[i]);
  const std::size_t rest = once.size() - shown;
  return rest == 0 ? names : names + " and " + std::to_string(rest) + " more";
}

bool CannotBeSeen(char32_t character) {
  if (character == ' ') return false;
  const int category = u_charType(ToIcu(character));
  return category == U_FORMAT_CHAR || category == U_LINE_SEPARATOR ||
         category == U_PARAGRAPH_SEPARATOR || category == U_SPACE_SEPARATOR ||
         character == 0x2800 ||  // a Braille pattern without a dot
         u_hasBinaryProperty(ToIcu(character), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

SpoofChecker MakeChecker(std::int32_t checks) {
  UErrorCode status = U_ZERO_ERROR;
  SpoofChecker checker(uspoof_open(&status));
  uspoof_setChecks(checker.get(), checks, &status);
  uspoof_setRestrictionLevel(checker.get(), USPOOF_HIGHLY_RESTRICTIVE);
  // Setting the level adds its check to those that were asked for.
  uspoof_setChecks(checker.get(), checks, &status);
  return U_SUCCESS(status) != 0 ? std::move(checker) : nullptr;
}

bool Fails(const SpoofChecker& checker, std::string_view text) {
  if (checker == nullptr) return false;
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t found = uspoof_check2UTF8(
      checker.get(), text.data(), static_cast<std::int32_t>(text.size()), nullptr, &status);
  return U_SUCCESS(status) != 0 && found != 0;
}

std::optional<TextOddity> FindOuterSpace(std::string_view text) {
  if (!text.starts_with(' ') && !text.ends_with(' ')) return std::nullopt;
  return TextOddity{FindingRule::kInvisibleCharacter,
                    text.ends_with(' ') ? "ends with a space" : "begins with a space",
                    "remove it, unless the certificate has it too"};
}

std::optional<TextOddity> FindInvisible(std::string_view text, std::u32string_view characters) {
  std::u32string odd;
  for (const char32_t character : characters) {
    if (CannotBeSeen(character)) odd += character;
  }
  if (!odd.empty()) {
    return TextOddity{FindingRule::kInvisibleCharacter,
                      "holds what cannot be seen: " + NamesOf(odd),
                      "remove it, unless the certificate has it too"};
  }
  static const SpoofChecker kChecker = MakeChecker(USPOOF_INVISIBLE);
  if (!Fails(kChecker, text)) return std::nullopt;
  for (const char32_t character : characters) {
    if (u_charType(ToIcu(character)) == U_NON_SPACING_MARK) odd += character;
  }
  return TextOddity{FindingRule::kInvisibleCharacter,
                    "holds a mark that cannot be seen upon another: " + NamesOf(odd),
                    "remove it, unless the certificate has it too"};
}

UScriptCode ScriptOf(char32_t character) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(ToIcu(character), &status);
  return U_SUCCESS(status) != 0 ? script : USCRIPT_COMMON;
}

bool IsOfAnyScript(UScriptCode script) {
  return script == USCRIPT_COMMON || script == USCRIPT_INHERITED;
}

// The script of most characters; of two with as many, Latin.
UScriptCode MainScript(std::u32string_view characters) {
  std::map<UScriptCode, std::size_t> counts;
  for (const char32_t character : characters) {
    const UScriptCode script = ScriptOf(character);
    if (!IsOfAnyScript(script)) counts[script] += 2;
  }
  if (const auto latin = counts.find(USCRIPT_LATIN); latin != counts.end()) ++latin->second;
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? USCRIPT_COMMON : most->first;
}

std::optional<TextOddity> FindMixedScripts(std::string_view text, std::u32string_view characters) {
  static const SpoofChecker kChecker = MakeChecker(USPOOF_RESTRICTION_LEVEL);
  if (!Fails(kChecker, text)) return std::nullopt;
  const UScriptCode main = MainScript(characters);
  std::u32string odd;
  for (const char32_t character : characters) {
    const UScriptCode script = ScriptOf(character);
    if (script != main && !IsOfAnyScript(script)) odd += character;
  }
  return TextOddity{
      FindingRule::kMixedScripts,
      std::string("mixes scripts: ") + uscript_getName(main) + " with " + NamesOf(odd),
      "write it in one script, as the certificate has it"};
}

std::u16string ToUtf16(std::string_view text) {
  std::u16string wide(text.size(), u'\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(),
                static_cast<std::int32_t>(text.size()), &status);
  wide.resize(U_SUCCESS(status) != 0 ? static_cast<std::size_t>(length) : 0);
  return wide;
}

// The characters of UTF-16 that may hold surrogate pairs.
std::u32string CharactersOf(std::u16string_view text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char16_t unit = text[i];
    const bool is_pair = unit >= 0xD800 && unit < 0xDC00 && i + 1 < text.size();
    characters += is_pair ? 0x10000U + ((unit - 0xD800U) << 10U) + (text[++i] - 0xDC00U) : unit;
  }
  return characters;
}

// True if what stands before and behind `offset` is normalized alike alone and together.
bool IsBoundary(const UNormalizer2* nfc, std::u16string_view text, std::size_t offset) {
  const bool is_in_pair = text[offset] >= 0xDC00 && text[offset] < 0xE000;
  return !is_in_pair &&
         unorm2_hasBoundaryBefore(nfc, ToIcu(CharactersOf(text.substr(offset, 2)).front())) != 0;
}

std::size_t BeginOfCluster(const UNormalizer2* nfc, std::u16string_view text, std::size_t offset) {
  while (offset > 0 && (offset == text.size() || !IsBoundary(nfc, text, offset))) --offset;
  return offset;
}

std::size_t EndOfCluster(const UNormalizer2* nfc, std::u16string_view text, std::size_t begin) {
  std::size_t end = std::min(begin + 1, text.size());
  while (end < text.size() && !IsBoundary(nfc, text, end)) ++end;
  return end;
}

std::optional<TextOddity> FindDenormalized(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* const nfc = unorm2_getNFCInstance(&status);
  const std::u16string wide = ToUtf16(text);
  const auto size = static_cast<std::int32_t>(wide.size());
  const bool is_normalized = unorm2_isNormalized(nfc, wide.data(), size, &status) != 0;
  if (U_SUCCESS(status) == 0 || is_normalized) return std::nullopt;
  std::u16string normal(3 * wide.size(), u'\0');
  const std::int32_t length = unorm2_normalize(nfc, wide.data(), size, normal.data(),
                                               static_cast<std::int32_t>(normal.size()), &status);
  if (U_SUCCESS(status) == 0) return std::nullopt;
  normal.resize(static_cast<std::size_t>(length));
  const auto [is, should_be] =
      std::mismatch(wide.begin(), wide.end(), normal.begin(), normal.end());
  const std::size_t begin = BeginOfCluster(nfc, wide, static_cast<std::size_t>(is - wide.begin()));
  const std::u16string_view odd =
      std::u16string_view(wide).substr(begin, EndOfCluster(nfc, wide, begin) - begin);
  const std::u16string_view better =
      std::u16string_view(normal).substr(begin, EndOfCluster(nfc, normal, begin) - begin);
  return TextOddity{FindingRule::kNotNfc,
                    "is not in Unicode normalization form C: " + NamesOf(CharactersOf(odd)) +
                        " should be " + NamesOf(CharactersOf(better)),
                    "write it in form C, unless the certificate has it so too"};
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::vector<TextOddity> FindOddities(std::string_view text) {
  std::vector<TextOddity> oddities;
  const auto add = [&oddities](std::optional<TextOddity> oddity) {
    if (oddity.has_value()) oddities.push_back(*std::move(oddity));
  };
  add(FindOuterSpace(text));
  if (IsAscii(text)) return oddities;
  const std::u32string characters = CharactersOf(text);
  add(FindInvisible(text, characters));
  add(FindMixedScripts(text, characters));
  add(FindDenormalized(text));
  return oddities;
}

}  // namespace certgate

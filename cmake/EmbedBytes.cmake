# cmake -DINPUT=FILE -DOUTPUT=FILE.cc -DNAME=kName -P EmbedBytes.cmake
# Writes a C++ file that defines `certgate::kName` and `certgate::kNameSize`: the bytes of INPUT.

file(READ ${INPUT} digits HEX)
string(LENGTH "${digits}" length)
math(EXPR size "${length} / 2")
string(REGEX REPLACE "(..)" "0x\\1," bytes "${digits}")
file(WRITE ${OUTPUT} "#include <cstddef>

namespace certgate {
extern const unsigned char ${NAME}[];
extern const std::size_t ${NAME}Size;
const unsigned char ${NAME}[] = {
${bytes}};
const std::size_t ${NAME}Size = ${size};
}  // namespace certgate
")

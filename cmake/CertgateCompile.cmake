# How every certgate target is compiled.

add_library(certgate_compile INTERFACE)
target_compile_features(certgate_compile INTERFACE cxx_std_20)
target_compile_options(certgate_compile INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough)
if(CERTGATE_DEVELOPER)
  target_compile_options(certgate_compile INTERFACE -Werror)
endif()
if(CERTGATE_SANITIZE)
  target_compile_options(certgate_compile INTERFACE
    -fsanitize=${CERTGATE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(certgate_compile INTERFACE -fsanitize=${CERTGATE_SANITIZE})
endif()

# certgate_module(NAME sources...): one folder of src/ as an object library with its include paths.
function(certgate_module name)
  add_library(${name} OBJECT ${ARGN})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(${name} PUBLIC $<BUILD_INTERFACE:certgate_compile>)
endfunction()

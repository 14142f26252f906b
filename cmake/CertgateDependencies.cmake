# The libraries of the distribution. docs/architecture.md says what each is for.

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(absl REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(ZLIB REQUIRED)

# yaml-cpp names its target `yaml-cpp` up to 0.7 and `yaml-cpp::yaml-cpp` from 0.8 on.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

if(NOT CERTGATE_CORE_ONLY)
  find_package(Protobuf REQUIRED)
  find_package(gRPC REQUIRED)
endif()

# The distribution's RE2 has no CMake package, and that of zstd differs between versions.
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET GLOBAL re2)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET GLOBAL libzstd)

# greeter-server alone serves metrics, and tells systemd how it is. The first package brings civetweb,
# its web server, along.
if(CERTGATE_PROGRAMS AND NOT CERTGATE_CORE_ONLY)
  pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET GLOBAL libsystemd)
  find_package(prometheus-cpp CONFIG REQUIRED)
  find_package(civetweb CONFIG REQUIRED)
endif()

# The certgate tool alone looks at texts as Unicode, and reads audit trails.
if(CERTGATE_PROGRAMS OR CERTGATE_DEVELOPER)
  find_package(simdjson REQUIRED)
  pkg_check_modules(ICU REQUIRED IMPORTED_TARGET GLOBAL icu-uc icu-i18n)
endif()

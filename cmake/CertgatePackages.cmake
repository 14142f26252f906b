# Debian packages, by `cpack` in the build folder: certgate, with the programs, and libcertgate-dev.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME certgate)
set(CPACK_PACKAGE_VENDOR "certgate")
set(CPACK_PACKAGE_CONTACT "certgate maintainers <maintainers@acme.example>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME certgate)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAMS_DESCRIPTION "certificate-identity authorization for gRPC: tools and server
 certgate checks, tests and compares policies that say which client certificate may call
 which gRPC method, and verifies and searches the audit trails of guarded servers.
 greeter-server is such a server, and greeter-client calls it over mutual TLS.")
# What the programs are linked with tells what they depend on.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS openssl)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/debian/postinst)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcertgate-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "certificate-identity authorization for gRPC: C++ library
 Puts a check of the client certificate in front of the methods of gRPC C++ services, by a
 policy in YAML, with an audit record of each decision.")
# The compiler of protobuf and gRPC's plugin for it, because gRPC's CMake package wants them there.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libgrpc++-dev, protobuf-compiler-grpc, libprotobuf-dev, protobuf-compiler, libssl-dev, libabsl-dev, libyaml-cpp-dev, libspdlog-dev, libre2-dev, zlib1g-dev, libzstd-dev, pkg-config")

# The unit and its user come with the package alone: an installation from source may be anywhere.
install(FILES ${PROJECT_SOURCE_DIR}/config/systemd/greeter-server.service
        DESTINATION lib/systemd/system COMPONENT programs EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/config/systemd/certgate.sysusers
        DESTINATION lib/sysusers.d RENAME certgate.conf COMPONENT programs EXCLUDE_FROM_ALL)
# Where Debian's zsh looks.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/completion/zsh/ DESTINATION share/zsh/vendor-completions
        COMPONENT programs EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/certgate RENAME copyright
        COMPONENT programs EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/libcertgate-dev RENAME copyright
        COMPONENT development EXCLUDE_FROM_ALL)
include(CPack)

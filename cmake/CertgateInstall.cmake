# What `cmake --install` puts where; the package that find_package(certgate) finds, and the modules
# that pkg-config does. Two components: `development`, for those who build with the library, and
# `programs`.

include(CMakePackageConfigHelpers)

set(certgate_targets certgate_core)
if(NOT CERTGATE_CORE_ONLY)
  list(APPEND certgate_targets certgate_grpc)
endif()
install(TARGETS ${certgate_targets} EXPORT certgateTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/certgate DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        COMPONENT development)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/certgate)
install(EXPORT certgateTargets NAMESPACE certgate:: DESTINATION ${package_dir}
        COMPONENT development)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/certgateConfig.cmake.in
  ${PROJECT_BINARY_DIR}/certgateConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/certgateConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/certgateConfig.cmake
              ${PROJECT_BINARY_DIR}/certgateConfigVersion.cmake
        DESTINATION ${package_dir} COMPONENT development)

# From where the file lies, so that the installation can be moved.
file(RELATIVE_PATH prefix_from_pkgconfig /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
set(modules certgate-core)
if(NOT CERTGATE_CORE_ONLY)
  list(APPEND modules certgate)
endif()
foreach(module IN LISTS modules)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/${module}.pc.in ${PROJECT_BINARY_DIR}/${module}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${module}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
          COMPONENT development)
endforeach()

if(CERTGATE_PROGRAMS AND NOT CERTGATE_CORE_ONLY)
  install(TARGETS certgate greeter-server greeter-client
          RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
  foreach(section IN ITEMS 1 5)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
            COMPONENT programs FILES_MATCHING PATTERN "*.${section}")
  endforeach()
  # Where bash-completion and zsh look below their prefix.
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/completion/bash/
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT programs)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/completion/zsh/
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT programs)
endif()

# For editors, in which `# yaml-language-server: $schema=...` in a policy names it; and for readers of
# audit records.
install(FILES ${PROJECT_SOURCE_DIR}/policy/policy.schema.json
              ${PROJECT_SOURCE_DIR}/config/audit-record.schema.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/certgate COMPONENT programs)

# To be copied and changed: a configuration and a policy; for logrotate, systemd, Prometheus and
# Grafana, and for those that send records on.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/config/logrotate ${PROJECT_SOURCE_DIR}/config/systemd
                  ${PROJECT_SOURCE_DIR}/config/shipping ${PROJECT_SOURCE_DIR}/config/prometheus
                  ${PROJECT_SOURCE_DIR}/config/grafana
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT programs)
install(FILES ${PROJECT_SOURCE_DIR}/config/server.yaml ${PROJECT_SOURCE_DIR}/policy/policy.yaml
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT programs)
install(PROGRAMS ${PROJECT_SOURCE_DIR}/scripts/make-certs.sh
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT programs)

# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What `cmake --install` brings besides the programs: the headers and the CMake package to write task plugins with.

include(CMakePackageConfigHelpers)

# engine/store because the context's awaiters hold what they ask it for.
foreach(room model store runtime)
    install(DIRECTORY "${CMAKE_SOURCE_DIR}/engine/${room}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/kintsugi/engine"
        FILES_MATCHING PATTERN "*.h" PATTERN migrations EXCLUDE)
endforeach()

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/Kintsugi")
configure_package_config_file("${CMAKE_SOURCE_DIR}/packaging/cmake/KintsugiConfig.cmake.in"
    "${CMAKE_BINARY_DIR}/package/KintsugiConfig.cmake" INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/package/KintsugiConfigVersion.cmake"
    VERSION "${PROJECT_VERSION}" COMPATIBILITY SameMinorVersion)
install(FILES
    "${CMAKE_BINARY_DIR}/package/KintsugiConfig.cmake" "${CMAKE_BINARY_DIR}/package/KintsugiConfigVersion.cmake"
    "${CMAKE_SOURCE_DIR}/packaging/cmake/KintsugiTaskPlugin.cmake"
    DESTINATION "${package_folder}")
install(TARGETS kintsugi_taskplugin EXPORT Kintsugi)
install(EXPORT Kintsugi NAMESPACE Kintsugi:: DESTINATION "${package_folder}" FILE KintsugiExport.cmake)

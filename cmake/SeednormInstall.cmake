#===- SeednormInstall.cmake - What is installed, and find_package -----------===//
#
# Libraries, tools and the Python package say themselves where they go; here are
# the headers and the files for find_package(Seednorm), which also works on the
# build folder (Seednorm_DIR=<build>/lib/cmake/seednorm).
#
#===-----------------------------------------------------------------------===//

include(CMakePackageConfigHelpers)

set(_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/seednorm")
set(_build_cmake_dir "${CMAKE_BINARY_DIR}/lib/cmake/seednorm")

# Definitions too: embedders' own operations may take ours as a base.
foreach(_tree "${CMAKE_SOURCE_DIR}/include/" "${CMAKE_BINARY_DIR}/include/")
  install(DIRECTORY "${_tree}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    COMPONENT Development
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
    PATTERN "CMakeFiles" EXCLUDE)
endforeach()

# From the folder of the installed file, and from the build folder.
set(SEEDNORM_CONFIG_INCLUDE_DIRS "${CMAKE_INSTALL_INCLUDEDIR}")
set(SEEDNORM_CONFIG_TOOLS_DIR "${CMAKE_INSTALL_BINDIR}")
set(SEEDNORM_CONFIG_LIBRARY_DIR "${CMAKE_INSTALL_LIBDIR}")
configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/SeednormConfig.cmake.in"
  "${CMAKE_BINARY_DIR}/CMakeFiles/SeednormConfig.cmake"
  INSTALL_DESTINATION "${_cmake_dir}")
set(SEEDNORM_CONFIG_INCLUDE_DIRS
  "${CMAKE_SOURCE_DIR}/include" "${CMAKE_BINARY_DIR}/include")
set(SEEDNORM_CONFIG_TOOLS_DIR bin)
set(SEEDNORM_CONFIG_LIBRARY_DIR lib)
configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/SeednormConfig.cmake.in"
  "${_build_cmake_dir}/SeednormConfig.cmake"
  INSTALL_DESTINATION "lib/cmake/seednorm"
  INSTALL_PREFIX "${CMAKE_BINARY_DIR}")

# Before 1.0 a minor version may break what the one before it had.
write_basic_package_version_file(
  "${_build_cmake_dir}/SeednormConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)

set(_shared_files
  "${CMAKE_CURRENT_LIST_DIR}/SeednormMLIR.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/SeednormCheckLinks.cmake")
file(COPY ${_shared_files} DESTINATION "${_build_cmake_dir}")
install(FILES ${_shared_files}
  "${CMAKE_BINARY_DIR}/CMakeFiles/SeednormConfig.cmake"
  "${_build_cmake_dir}/SeednormConfigVersion.cmake"
  DESTINATION "${_cmake_dir}" COMPONENT Development)
# The C API apart from the rest: it needs no MLIR to build with.
foreach(_set Seednorm SeednormC)
  install(EXPORT ${_set} FILE ${_set}Exports.cmake
    DESTINATION "${_cmake_dir}" COMPONENT Development)
  export(EXPORT ${_set} FILE "${_build_cmake_dir}/${_set}Exports.cmake")
endforeach()

configure_file("${CMAKE_CURRENT_LIST_DIR}/seednorm-c.pc.in"
  "${CMAKE_BINARY_DIR}/CMakeFiles/seednorm-c.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/CMakeFiles/seednorm-c.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT Development)

#===- SeednormPrebuilt.cmake - A wheel of what is built already -------------===//
#
#   pip install . -C cmake.define.SEEDNORM_PREBUILT_DIR=$PWD/build
#
# Building all of it again takes many minutes. Where a build folder has it, the
# wheel takes the package from there.
#
#===-----------------------------------------------------------------------===//

if(NOT SKBUILD)
  message(FATAL_ERROR "SEEDNORM_PREBUILT_DIR is for wheels, which pip builds")
endif()
if(NOT EXISTS "${SEEDNORM_PREBUILT_DIR}/CMakeCache.txt")
  message(FATAL_ERROR "SEEDNORM_PREBUILT_DIR must name a build folder, but "
    "'${SEEDNORM_PREBUILT_DIR}' is none")
endif()
load_cache("${SEEDNORM_PREBUILT_DIR}" READ_WITH_PREFIX prebuilt_
  CMAKE_PROJECT_VERSION SEEDNORM_PYTHON_INSTALL_DIR)
if(NOT prebuilt_CMAKE_PROJECT_VERSION VERSION_EQUAL PROJECT_VERSION)
  message(FATAL_ERROR "expects a build of version ${PROJECT_VERSION}, but "
    "SEEDNORM_PREBUILT_DIR has ${prebuilt_CMAKE_PROJECT_VERSION}")
endif()
set(module "_seednorm.${SKBUILD_SOABI}.so")
if(NOT EXISTS "${SEEDNORM_PREBUILT_DIR}/python/seednorm/${module}")
  message(FATAL_ERROR "expects '${module}', for the Python that asks for the "
    "wheel, but SEEDNORM_PREBUILT_DIR was built for another one or without any")
endif()

# What pip has CMake build.
add_custom_target(SeednormPython)
set(staging "${CMAKE_BINARY_DIR}/prebuilt")
install(CODE "
  file(REMOVE_RECURSE \"${staging}\")
  execute_process(
    COMMAND \"${CMAKE_COMMAND}\" --install \"${SEEDNORM_PREBUILT_DIR}\"
      --prefix \"${staging}\" --component Python
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL \"${staging}/${prebuilt_SEEDNORM_PYTHON_INSTALL_DIR}/seednorm\"
    DESTINATION \"\${CMAKE_INSTALL_PREFIX}\" USE_SOURCE_PERMISSIONS)"
  COMPONENT Python)

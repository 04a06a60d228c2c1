#===- Stablehlo.cmake - Whether this build reads StableHLO ------------------===//
#
# StableHLO is a project of its own, built by its own instructions against the
# same MLIR. Where SEEDNORM_ENABLE_STABLEHLO is on, its headers and archives are
# taken from there; nothing of it is built here.
#
#===-----------------------------------------------------------------------===//

option(SEEDNORM_ENABLE_STABLEHLO "Read StableHLO, from a build of it" OFF)
set(STABLEHLO_SOURCE_DIR "" CACHE PATH "Checkout of StableHLO")
set(STABLEHLO_BUILD_DIR "" CACHE PATH "Where that was built against this MLIR")

# What `stablehlo-legalize-to-linalg` consists of.
set(SEEDNORM_STABLEHLO_ARCHIVES
  StablehloLinalgTransforms StablehloTypeConversion ChloOps
  StablehloBroadcastLowering StablehloBroadcastUtils StablehloOps
  StablehloTypeInference StablehloAssemblyFormat StablehloBase Version)

# seednorm_find_in(<variable> <file>)
# Fails unless the folder that the variable names has the file.
function(seednorm_find_in variable file)
  if(NOT ${variable})
    message(FATAL_ERROR "SEEDNORM_ENABLE_STABLEHLO needs ${variable}; pass "
      "-D${variable}=<folder>, or turn it off (see docs/Frontends.md)")
  endif()
  if(NOT EXISTS "${${variable}}/${file}")
    message(FATAL_ERROR "SEEDNORM_ENABLE_STABLEHLO expects ${variable} to hold "
      "'${file}', but '${${variable}}' does not")
  endif()
endfunction()

# seednorm_use_stablehlo(<target>): gives it StableHLO's headers and archives.
function(seednorm_use_stablehlo target)
  seednorm_find_in(STABLEHLO_SOURCE_DIR stablehlo/dialect/StablehloOps.h)
  seednorm_find_in(STABLEHLO_BUILD_DIR stablehlo/dialect/StablehloOps.h.inc)
  set(archives)
  foreach(name IN LISTS SEEDNORM_STABLEHLO_ARCHIVES)
    set(archive
      "lib/${CMAKE_STATIC_LIBRARY_PREFIX}${name}${CMAKE_STATIC_LIBRARY_SUFFIX}")
    seednorm_find_in(STABLEHLO_BUILD_DIR "${archive}")
    list(APPEND archives "${STABLEHLO_BUILD_DIR}/${archive}")
  endforeach()
  target_include_directories(${target} SYSTEM PRIVATE
    "${STABLEHLO_SOURCE_DIR}" "${STABLEHLO_BUILD_DIR}")
  # They need each other, and MLIR, which stays the shared library.
  target_link_libraries(${target} PUBLIC
    -Wl,--start-group ${archives} -Wl,--end-group)
endfunction()

if(SEEDNORM_ENABLE_STABLEHLO)
  message(STATUS "seednorm: StableHLO in ${STABLEHLO_BUILD_DIR}")
else()
  message(STATUS "seednorm: without StableHLO, whose tests do not run; "
    "SEEDNORM_ENABLE_STABLEHLO=ON reads it (see docs/Frontends.md)")
endif()

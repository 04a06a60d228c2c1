#===- SeednormTargets.cmake - one-line targets for the leaf directories ----===//
#
# Every target links the shared libraries of MLIR and LLVM only; see
# SeednormCheckLinks.cmake for why. Libraries and tools are installed and
# exported to find_package(Seednorm) by what makes them.
#
#===-----------------------------------------------------------------------===//

# Flags every target of ours is compiled with. LLVM is built with RTTI and
# without exceptions; so are we, except where a binding layer needs them.
function(seednorm_set_compile_options target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers
    -fvisibility-inlines-hidden $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
  # LLVM's own headers trip the first three under g++. The last: an error
  # becomes an Expected by a move, which other compilers do not make implicit.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE
      -Wno-comment -Wno-maybe-uninitialized
      $<$<COMPILE_LANGUAGE:CXX>:-Wno-class-memaccess>
      $<$<COMPILE_LANGUAGE:CXX>:-Wno-redundant-move>)
  endif()
endfunction()

# seednorm_add_library(<name> <sources>... [DEPENDS <tablegen targets>...]
#                      [LINK_LIBS <our libraries>...] [NO_LLVM] [NO_INSTALL])
# A static library of this project. NO_LLVM marks the run-time libraries, which
# must stay free of LLVM and MLIR, NO_INSTALL what embedders have no use for.
function(seednorm_add_library name)
  cmake_parse_arguments(ARG "NO_LLVM;NO_INSTALL" "" "DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  seednorm_set_compile_options(${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  if(NOT ARG_NO_LLVM)
    target_link_libraries(${name} PUBLIC SeednormMLIR)
    seednorm_reuse_headers(${name})
  endif()
  target_include_directories(${name} INTERFACE
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_compile_features(${name} INTERFACE cxx_std_17)
  if(NOT ARG_NO_INSTALL)
    install(TARGETS ${name} EXPORT Seednorm
      ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Development)
  endif()
endfunction()

# seednorm_export_only(<target> <pattern>)
# Has a shared library export the symbols that match, and nothing of the
# libraries that are linked into it.
function(seednorm_export_only target pattern)
  set(script "${CMAKE_CURRENT_BINARY_DIR}/${target}.map")
  file(CONFIGURE OUTPUT "${script}" CONTENT
    "{\n  global: ${pattern};\n  local: *;\n};\n")
  target_link_options(${target} PRIVATE "-Wl,--version-script=${script}")
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${script}")
endfunction()

# seednorm_add_tool(<name> <sources>... [LINK_LIBS <our libraries>...])
# A command-line tool. Completion for shells goes where these look for it; the
# tool itself writes it (tools/common/CommandLine.h).
function(seednorm_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  seednorm_set_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} SeednormMLIR)
  # libMLIR.so lives in LLVM's own folder, which the loader does not search.
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "${LLVM_LIBRARY_DIR}")
  install(TARGETS ${name} EXPORT Seednorm
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT Tools)
  set(bash "${CMAKE_CURRENT_BINARY_DIR}/${name}.bash")
  set(zsh "${CMAKE_CURRENT_BINARY_DIR}/_${name}")
  add_custom_command(OUTPUT "${bash}" "${zsh}"
    COMMAND "${name}" --completion=bash > "${bash}"
    COMMAND "${name}" --completion=zsh > "${zsh}"
    DEPENDS "${name}"
    COMMENT "Writing completion of ${name}"
    VERBATIM)
  add_custom_target("${name}-completion" ALL DEPENDS "${bash}" "${zsh}")
  install(FILES "${bash}" RENAME "${name}" COMPONENT Tools
    DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions")
  install(FILES "${zsh}" COMPONENT Tools
    DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/zsh/site-functions")
endfunction()

# seednorm_tablegen(<target> <file.td> <output> <generator flags>... [...])
# Runs mlir-tblgen once for every "OUTPUT flag..." group separated by `+`.
function(seednorm_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(TABLEGEN_OUTPUT)
  set(group)
  foreach(word IN LISTS ARGN ITEMS "+")
    if(word STREQUAL "+")
      if(group)
        mlir_tablegen(${group})
      endif()
      set(group)
    else()
      list(APPEND group ${word})
    endif()
  endforeach()
  add_public_tablegen_target(${target})
endfunction()

#===- SeednormTargets.cmake - one-line targets for the leaf directories ----===//
#
# Debian exports MLIR both as libMLIR.so and as some 660 archives. An archive
# beside the shared library on one link line puts two copies of MLIR in one
# process: TypeIDs differ and casts fail silently. So every target links the
# shared libraries only, and seednorm_check_links() refuses anything else. The
# archives of the MLIR C API are the exception: they exist in no shared library.
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
#                      [LINK_LIBS <our libraries>...] [NO_LLVM])
# A static library of this project. NO_LLVM marks the run-time libraries, which
# must stay free of LLVM and MLIR.
function(seednorm_add_library name)
  cmake_parse_arguments(ARG "NO_LLVM" "" "DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  seednorm_set_compile_options(${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  if(NOT ARG_NO_LLVM)
    target_link_libraries(${name} PUBLIC MLIR LLVM)
  endif()
endfunction()

# seednorm_add_tool(<name> <sources>... [LINK_LIBS <our libraries>...])
function(seednorm_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  seednorm_set_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  # libMLIR.so lives in LLVM's own folder, which the loader does not search.
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "${LLVM_LIBRARY_DIR}")
  install(TARGETS ${name} RUNTIME DESTINATION bin)
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

# Fails the configuration if any target would link a static MLIR library.
function(seednorm_check_links)
  _seednorm_collect_targets("${CMAKE_SOURCE_DIR}" targets)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "UTILITY")
      continue()
    endif()
    foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
      get_target_property(libraries ${target} ${property})
      foreach(library IN LISTS libraries)
        if(library MATCHES "^MLIR[A-Z]" AND NOT library MATCHES "^MLIRCAPI")
          message(FATAL_ERROR "'${target}' links the static library '${library}'; "
            "link 'MLIR' (libMLIR.so), which holds the same code, instead")
        endif()
      endforeach()
    endforeach()
  endforeach()
endfunction()

function(_seednorm_collect_targets directory result)
  get_property(found DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
  get_property(children DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
  foreach(child IN LISTS children)
    _seednorm_collect_targets("${child}" nested)
    list(APPEND found ${nested})
  endforeach()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

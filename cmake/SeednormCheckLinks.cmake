#===- SeednormCheckLinks.cmake - One copy of MLIR in a process --------------===//
#
# Debian exports MLIR both as libMLIR.so and as some 660 archives. An archive
# beside the shared library on one link line puts two copies of MLIR in one
# process: TypeIDs differ and casts fail silently. The archives of the MLIR C
# API are the exception: they exist in no shared library.
#
#===-----------------------------------------------------------------------===//

# seednorm_check_links()
# Fails the configuration if any target of this project would link a static
# MLIR library. For those who embed our libraries, too; call it last.
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

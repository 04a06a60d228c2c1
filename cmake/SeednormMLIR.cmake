#===- SeednormMLIR.cmake - The MLIR that everything here links --------------===//
#
# The target SeednormMLIR: libMLIR.so and libLLVM.so with their headers and
# definitions. Both our build and SeednormConfig.cmake define it from the
# MLIR that find_package found, so that no path of the machine that built our
# libraries is in what is installed.
#
#===-----------------------------------------------------------------------===//

if(NOT TARGET SeednormMLIR)
  add_library(SeednormMLIR INTERFACE IMPORTED)
  set_target_properties(SeednormMLIR PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${MLIR_INCLUDE_DIRS};${LLVM_INCLUDE_DIRS}"
    INTERFACE_LINK_LIBRARIES "MLIR;LLVM")
  separate_arguments(_seednorm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
  list(TRANSFORM _seednorm_definitions REPLACE "^-D" "")
  set_target_properties(SeednormMLIR PROPERTIES
    INTERFACE_COMPILE_DEFINITIONS "${_seednorm_definitions}")
endif()

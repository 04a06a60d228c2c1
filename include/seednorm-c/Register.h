/*===- Register.h - Our dialects and passes for MLIR's C API
 * ------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * For programs that use MLIR through its C API (or a language that does). They
 * bring MLIR's C API themselves and use the same libMLIR.so as this library;
 * Seednorm.h needs neither.
 *
 *===----------------------------------------------------------------------===*/

#ifndef SEEDNORM_C_REGISTER_H
#define SEEDNORM_C_REGISTER_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef SEEDNORM_API
#define SEEDNORM_API __attribute__((visibility("default")))
#endif

/* Adds the dialects `norm` and `row`, and the interfaces they implement. */
SEEDNORM_API void seednormRegisterAllDialects(MlirDialectRegistry registry);

/* Adds MLIR's own dialects, with the interfaces that bufferize, lower and
 * translate them: what pipelines go through. mlirRegisterAllDialects leaves the
 * translation to LLVM IR out. */
SEEDNORM_API void
seednormRegisterUpstreamDialects(MlirDialectRegistry registry);

/* Adds what files of other front ends need to be read: `torch.operator`, and
 * StableHLO or its stand-in. Not for programs that register these dialects
 * themselves. */
SEEDNORM_API void seednormRegisterAllExtensions(MlirDialectRegistry registry);

/* Registers all passes and pipelines with MLIR's registry by their flags, for
 * mlirParsePassPipeline. Nothing happens if that was done before, by this
 * library or another copy of it. */
SEEDNORM_API void seednormRegisterAllPasses(void);

/* Handles for mlirDialectHandleRegisterDialect and its like. */
SEEDNORM_API MlirDialectHandle seednormGetNormDialectHandle(void);
SEEDNORM_API MlirDialectHandle seednormGetRowDialectHandle(void);

#ifdef __cplusplus
}
#endif

#endif /* SEEDNORM_C_REGISTER_H */

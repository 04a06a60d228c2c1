/*===- Seednorm.h - C API of seednorm ---------------------------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * Compile a graph and run it, from C or any language that can call C. Handles
 * are opaque; strings are UTF-8. A function that can fail returns 0 for
 * success and, on failure, a kind of error with its message in
 * seednormGetError() of the calling thread. Nothing here aborts or throws.
 *
 *===----------------------------------------------------------------------===*/

#ifndef SEEDNORM_C_SEEDNORM_H
#define SEEDNORM_C_SEEDNORM_H

#include "seednorm-c/Types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SeednormGraph SeednormGraph;   /* A graph being built. */
typedef struct SeednormKernel SeednormKernel; /* A compiled entry function. */

/* The memory of an argument that is not dense: only its last `numDense`
 * dimensions, at least 1, lie without gaps. Its address and the strides of the
 * others are multiples of `alignment` bytes. */
typedef struct {
  int64_t argument;
  int64_t numDense;
  int64_t alignment;
} SeednormLayout;

/* A result that is written to the memory of an argument of its type. */
typedef struct {
  int64_t result;
  int64_t argument;
} SeednormSharedMemory;

/* The message of the last failure on this thread; valid until the next call. */
SEEDNORM_API const char *seednormGetError(void);
/* "0.1.0" */
SEEDNORM_API const char *seednormGetVersion(void);
/* Frees a string or buffer that a function handed out. */
SEEDNORM_API void seednormFree(void *memory);

/*--- Building a graph -------------------------------------------------------*/

/* Values are numbered from 0 in the order they are added. */
SEEDNORM_API SeednormGraph *seednormGraphCreate(void);
SEEDNORM_API void seednormGraphDestroy(SeednormGraph *graph);

/* Adds an argument of the function. A size of -1 is known at run time only. A
 * null `name` stands for "arg0", "arg1", ...; names must differ. */
SEEDNORM_API SeednormStatus seednormGraphAddInput(
    SeednormGraph *graph, SeednormElementType type, const int64_t *shape,
    int64_t rank, const char *name, int64_t *value);

/* Adds operation `op` (such as "norm.rms_norm") with the given operands and
 * attributes in MLIR syntax (such as "1.0e-6 : f64"), and verifies it. An
 * operand of -1 is an optional one that is absent, as are those that are left
 * out behind the last one. `resultElement` (such as "f32") is the element type
 * of its first result; null for that of the operands. `file` (may be null) and
 * `line` say where the user wrote it. Any operation of the norm dialect will
 * do, and element-wise ones such as "arith.addf". *values, its *numValues
 * results, is freed with seednormFree. */
SEEDNORM_API SeednormStatus seednormGraphAddOp(
    SeednormGraph *graph, const char *op, const int64_t *operands,
    int64_t numOperands, const char *const *attributeNames,
    const char *const *attributeValues, int64_t numAttributes,
    const char *resultElement, const char *file, int64_t line, int64_t **values,
    int64_t *numValues);

/* A value or, where `number` is not null, one number for all elements: as C
 * writes it, "3", "-0.1", "0x1.8p-3", "inf" or "nan", exactly or rounded once
 * to the type of the values beside it. Beside integers, one of theirs in
 * decimal. */
typedef struct {
  int64_t value;
  const char *number;
} SeednormOperand;

/* Adds an element-wise operation on values of any shapes that broadcast as
 * NumPy's do; a size of -1 is taken for equal to any but 1, and a call checks
 * it. `op` is one of
 *   add, subtract, multiply, divide, power, maximum, minimum,
 *   negate, abs, exp, exp2, expm1, log, log2, log10, log1p, sqrt, rsqrt, tanh,
 *   sigmoid, erf, sin, cos,
 *   less, less_equal, greater, greater_equal: an i8, 1 where it holds, else 0;
 *   where: of such an i8, the second operand where it is not 0, else the third.
 * Operands are extended to the widest type among them, f16 and bf16 to f32;
 * floats beside integers, and 8-bit floats, have to be cast first. The result
 * has that type and is rounded once. Integers have no division, power and
 * functions but abs, and wrap around. maximum and minimum of NaN are NaN. */
SEEDNORM_API SeednormStatus seednormGraphAddElementWise(
    SeednormGraph *graph, const char *op, const SeednormOperand *operands,
    int64_t numOperands, const char *file, int64_t line, int64_t *value);

/* Adds a cast to `type`, rounded to nearest even; *result is `value` if that is
 * its type. From floats to integers it cuts what is behind the point, takes the
 * end of the range for what is beyond, and 0 for NaN; from integers to narrower
 * ones it takes the low bits. */
SEEDNORM_API SeednormStatus seednormGraphAddCast(SeednormGraph *graph,
                                                 int64_t value,
                                                 SeednormElementType type,
                                                 const char *file, int64_t line,
                                                 int64_t *result);

/* Adds the "sum", "mean", "max" or "min" of floats over the last `numDims`
 * dimensions, whose sizes are known and at least 1; with `keepDims` other than
 * 0 the result has a 1 for each of them. f16 and bf16 are combined in f32 and
 * rounded once. The result is NaN if an element is. */
SEEDNORM_API SeednormStatus seednormGraphAddReduction(
    SeednormGraph *graph, const char *op, int64_t value, int64_t numDims,
    int64_t keepDims, const char *file, int64_t line, int64_t *result);

/* Type and shape of a value; *shape is freed with seednormFree. */
SEEDNORM_API SeednormStatus seednormGraphGetType(SeednormGraph *graph,
                                                 int64_t value,
                                                 SeednormElementType *type,
                                                 int64_t **shape,
                                                 int64_t *rank);

/* Adds a result of the function. */
SEEDNORM_API SeednormStatus seednormGraphAddOutput(SeednormGraph *graph,
                                                   int64_t value);

/* The graph as an MLIR module whose function is called `entry`; with
 * locations if `withLocations` is not 0, so that an error in compiling it names
 * the user's line. *text is freed with seednormFree. */
SEEDNORM_API SeednormStatus seednormGraphToText(SeednormGraph *graph,
                                                const char *entry,
                                                int64_t withLocations,
                                                char **text);

/*--- Differentiating --------------------------------------------------------*/

/* The backward function of function `entry` of an MLIR module of `size` bytes,
 * called `<entry>_backward`, as the text of a module. It takes the arguments of
 * the function, then a gradient of each of the `numOf` results named in `of`
 * (of all results if there are none), and returns the gradients of the `numWrt`
 * arguments named in `wrt` (of all floats that the results depend on if there
 * are none). To those of the `numAccumulated` arguments named in `accumulate`,
 * which are among them, it adds what further arguments hold, in f32 (f64 for
 * f64) for what rows share. The numbers of rows or heads that ops of the
 * `numSaved` names in `save` compute ("math.rsqrt") are further results of a
 * function `<entry>_forward` of the module, and arguments of the backward one
 * behind the gradients of results. *backward is freed with seednormFree. */
SEEDNORM_API SeednormStatus seednormDifferentiate(
    const char *text, size_t size, const char *entry, const char *const *wrt,
    int64_t numWrt, const char *const *of, int64_t numOf,
    const char *const *accumulate, int64_t numAccumulated,
    const char *const *save, int64_t numSaved, char **backward);

/*--- Compiling --------------------------------------------------------------*/

/* `text` is an MLIR module of `size` bytes; `target` is "cpu", "cpu:x86-64-v3"
 * (and the like, by LLVM's names of processors), "emulated", "emulated:sm_80",
 * "sm_90a" (and the like) or "cuda". Arguments without one of the `numLayouts`
 * layouts are dense. Results of the `numShared` pairs are written to the memory
 * of their arguments; fails if they cannot be. Fails if the function becomes
 * another number of row programs than `expectPrograms`, unless that is
 * negative. `schedule` has fields that override those of every
 * program's schedule, as "keep = shared, cluster = 2"; null or "" for none.
 * Fails if it names no field, or breaks a limit of the program or the target.
 */
SEEDNORM_API SeednormStatus seednormCompile(
    const char *text, size_t size, const char *target, const char *entry,
    const SeednormLayout *layouts, int64_t numLayouts,
    const SeednormSharedMemory *shared, int64_t numShared,
    int64_t expectPrograms, const char *schedule, SeednormKernel **kernel);

/* What else a graph is compiled with. A program has one that starts as
 * SEEDNORM_COMPILE_OPTIONS, and sets what it wants otherwise. Layouts, pairs,
 * `expectPrograms` and `schedule` are as for seednormCompile. */
typedef struct {
  size_t size; /* Of this structure: a later version may add fields. */
  const SeednormLayout *layouts;
  int64_t numLayouts;
  const SeednormSharedMemory *shared;
  int64_t numShared;
  int64_t expectPrograms;
  const char *schedule;
  /* Functions that a GPU computes by an instruction that approximates them,
   * with commas between; null or "" for none. There is "tanh", with a relative
   * error of at most 2^-11. */
  const char *approximate;
} SeednormCompileOptions;
#define SEEDNORM_COMPILE_OPTIONS                                               \
  {sizeof(SeednormCompileOptions), NULL, 0, NULL, 0, -1, NULL, NULL}

/* seednormCompile with more options; null for none. Fails also if the library
 * does not know a structure of its size, if `approximate` names what is no such
 * function, or if it names any for a CPU. */
SEEDNORM_API SeednormStatus seednormCompileWithOptions(
    const char *text, size_t size, const char *target, const char *entry,
    const SeednormCompileOptions *options, SeednormKernel **kernel);
SEEDNORM_API void seednormKernelDestroy(SeednormKernel *kernel);

/* For caches: the kernel that seednormCompileWithOptions would make of all but
 * the first two, without compiling. `package`, of `packageSize` bytes, is what
 * seednormWritePackage made of one kernel, compiled where
 * seednormGetFingerprint gives the same from a text that means the same with
 * the same options. What a package does not have - stages, reports - is
 * compiled from `text` once it is asked for. A usage error if `package` is
 * damaged, or is not for this entry and target; not for "emulated". */
SEEDNORM_API SeednormStatus
seednormRestore(const char *package, size_t packageSize, const char *text,
                size_t size, const char *target, const char *entry,
                const SeednormCompileOptions *options, SeednormKernel **kernel);

/* What decides, beside text and options, which code seednormCompile makes for
 * `target`: the builds of this library, LLVM and MLIR, the processor and its
 * features, or the architecture of a GPU and the assembler for it. Text, for
 * people and as part of a key; empty if this cannot be told, when nothing must
 * be kept. *fingerprint is freed with seednormFree. */
SEEDNORM_API SeednormStatus seednormGetFingerprint(const char *target,
                                                   char **fingerprint);

SEEDNORM_API int64_t seednormKernelGetNumKernels(const SeednormKernel *kernel);
SEEDNORM_API int64_t
seednormKernelGetNumArguments(const SeednormKernel *kernel);
SEEDNORM_API int64_t seednormKernelGetNumResults(const SeednormKernel *kernel);

/* Describes argument `index`, or result `index - number of arguments`. The
 * pointers live as long as the kernel. Dynamic sizes are -1. */
SEEDNORM_API SeednormStatus seednormKernelGetSignature(
    const SeednormKernel *kernel, int64_t index, const char **name,
    SeednormElementType *type, const int64_t **shape, int64_t *rank,
    int64_t *alignment);

/* One stage ("row", "ptx", "report", ...); *data is freed with seednormFree. */
SEEDNORM_API SeednormStatus seednormKernelEmit(const SeednormKernel *kernel,
                                               const char *stage, char **data,
                                               size_t *size);
/* The names of all stages, separated by commas; lives with the kernel. */
SEEDNORM_API const char *seednormKernelGetStages(const SeednormKernel *kernel);

/* Kernels as a package for the run-time library (seednorm-c/Runtime.h), each
 * for its own target; *data is freed with seednormFree. */
SEEDNORM_API SeednormStatus
seednormWritePackage(const SeednormKernel *const *kernels, int64_t numKernels,
                     char **data, size_t *size);

/*--- Running ----------------------------------------------------------------*/

/* Shape of result `index` for these arguments, into `shape`, which has room
 * for the result's rank. Checks the arguments' types and shapes. */
SEEDNORM_API SeednormStatus seednormKernelGetResultShape(
    const SeednormKernel *kernel, const SeednormTensor *arguments,
    int64_t numArguments, int64_t index, int64_t *shape);

/* Runs the kernel. Results overlap no arguments but those that they were
 * compiled to share memory with. `seed` orders the emulator's lanes, `stream`
 * is a CUstream for device memory or null. */
SEEDNORM_API SeednormStatus seednormKernelRun(const SeednormKernel *kernel,
                                              const SeednormTensor *arguments,
                                              int64_t numArguments,
                                              const SeednormTensor *results,
                                              int64_t numResults, uint64_t seed,
                                              void *stream);

/* Runs on the emulator and returns what each kernel did, as JSON text, freed
 * with seednormFree: a list with an object for each launch,
 *   {"blocks", "block_barriers", "warp_barriers", "cluster_barriers",
 *    "shuffles", "shared_bytes_read", "shared_bytes_written", "shared_reads",
 *    "shared_writes", "distributed_bytes_read", "distributed_bytes_written",
 *    "regions"}
 * whose shared reads and writes, by lanes of the block itself, are
 *   {"requests", "wavefronts", "excess"}
 * (excess: wavefronts more than without bank conflicts) and whose regions,
 * arguments and results first, are
 *   {"name", "bytes_read", "bytes_written", "read_requests",
 *    "write_requests", "read_sectors", "write_sectors"}. */
SEEDNORM_API SeednormStatus seednormKernelRunCounted(
    const SeednormKernel *kernel, const SeednormTensor *arguments,
    int64_t numArguments, const SeednormTensor *results, int64_t numResults,
    uint64_t seed, char **counters);

#ifdef __cplusplus
}
#endif

#endif /* SEEDNORM_C_SEEDNORM_H */

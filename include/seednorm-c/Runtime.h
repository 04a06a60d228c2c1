/*===- Runtime.h - Run compiled kernels without a compiler ------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * Load a package, which seednorm-compile wrote, and call its kernels. The
 * library libseednorm-runtime.so needs neither LLVM nor a CUDA driver to be
 * there: the latter is looked for when an entry is loaded for a GPU. Handles
 * are opaque; strings are UTF-8. A function that can fail returns 0 for success
 * and, on failure, a kind of error with its message in
 * seednormRuntimeGetError() of the calling thread. Nothing here aborts or
 * throws.
 *
 *===----------------------------------------------------------------------===*/

#ifndef SEEDNORM_C_RUNTIME_H
#define SEEDNORM_C_RUNTIME_H

#include "seednorm-c/Types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SeednormPackage SeednormPackage;
typedef struct SeednormEntry SeednormEntry; /* A function on a device. */

typedef enum {
  SEEDNORM_CPU = 0,
  SEEDNORM_CUDA = 1 /* The device of the current context, or else the first. */
} SeednormDevice;

/* The message of the last failure on this thread; valid until the next call. */
SEEDNORM_API const char *seednormRuntimeGetError(void);
/* "0.1.0" */
SEEDNORM_API const char *seednormRuntimeGetVersion(void);
/* The latest version of packages that this library reads. */
SEEDNORM_API int64_t seednormRuntimeGetPackageVersion(void);

/* How many threads share a loop on the CPU that this thread starts, itself
 * included: what was set, else SEEDNORM_NUM_THREADS, else what was set of the
 * caller but at most the processors that this process may use, else
 * OMP_NUM_THREADS, else those processors. Results are the same for any number.
 * Numbers below 1 mean 1. */
SEEDNORM_API int64_t seednormRuntimeGetNumThreads(void);
SEEDNORM_API void seednormRuntimeSetNumThreads(int64_t count);
/* For a framework that has a setting of its own: how many threads it wants in
 * loops that this thread starts; 0 if it does not say. */
SEEDNORM_API void seednormRuntimeSetNumThreadsOfCaller(int64_t count);

/* What kernels on the CPU allocate for themselves is kept for the next call:
 * new memory would take the system as long as the kernel. The most that is kept
 * is SEEDNORM_KEPT_MIB in MiB, 256 if that is not set; 0 keeps none. */
SEEDNORM_API void seednormRuntimeSetKeptMemory(size_t bytes);
/* Gives the system all that is kept and not in use. */
SEEDNORM_API void seednormRuntimeDropKeptMemory(void);

/*--- Packages ---------------------------------------------------------------*/

/* Reads a package. A usage error if its bytes are none, are damaged, or are of
 * a later version; a run-time error if the file cannot be read. */
SEEDNORM_API SeednormStatus seednormPackageLoadFile(const char *path,
                                                    SeednormPackage **package);
/* The same from memory, which is copied. */
SEEDNORM_API SeednormStatus seednormPackageLoadMemory(
    const void *data, size_t size, SeednormPackage **package);
/* Entries that were loaded from it live on. */
SEEDNORM_API void seednormPackageDestroy(SeednormPackage *package);

/* All that a package says but its code, as JSON; lives as long as it. */
SEEDNORM_API const char *
seednormPackageGetManifest(const SeednormPackage *package);

/* Functions, each perhaps for several targets; names live as long as it. The
 * name is null if `index` is not below their number. */
SEEDNORM_API int64_t
seednormPackageGetNumEntries(const SeednormPackage *package);
SEEDNORM_API const char *
seednormPackageGetEntryName(const SeednormPackage *package, int64_t index);

/*--- Entries ----------------------------------------------------------------*/

/* Loads the code of function `name`, or of the only one if that is null, that
 * suits the device best. A usage error if there is no such function; a run-time
 * error if there is no such device, or no code that runs on it. Code for a GPU
 * is loaded to the context that is current, which has to be at each call. */
SEEDNORM_API SeednormStatus seednormEntryLoad(const SeednormPackage *package,
                                              const char *name,
                                              SeednormDevice device,
                                              SeednormEntry **entry);
/* Its kernels must have finished. */
SEEDNORM_API void seednormEntryDestroy(SeednormEntry *entry);

/* What its code is for: "x86_64", "sm_90a"; lives as long as it. */
SEEDNORM_API const char *seednormEntryGetTarget(const SeednormEntry *entry);
SEEDNORM_API int64_t seednormEntryGetNumArguments(const SeednormEntry *entry);
SEEDNORM_API int64_t seednormEntryGetNumResults(const SeednormEntry *entry);

/* Describes argument `index`, or result `index - number of arguments`. The
 * pointers live as long as the entry. Dynamic sizes are -1; addresses have to
 * be multiples of `alignment` bytes. */
SEEDNORM_API SeednormStatus seednormEntryGetSignature(
    const SeednormEntry *entry, int64_t index, const char **name,
    SeednormElementType *type, const int64_t **shape, int64_t *rank,
    int64_t *alignment);

/* Shape of result `index` for these arguments, into `shape`, which has room
 * for the result's rank. Checks the arguments' types and shapes. */
SEEDNORM_API SeednormStatus seednormEntryGetResultShape(
    const SeednormEntry *entry, const SeednormTensor *arguments,
    int64_t numArguments, int64_t index, int64_t *shape);

/* Calls the function; threads may at once. A usage error if a tensor breaks a
 * rule: types, shapes and alignment are those of the signature, sizes fit each
 * other, and results overlap nothing but arguments that they were compiled to
 * share memory with. For a GPU data are device pointers and the call returns
 * once the work is enqueued on `stream`, a CUstream or null for the default
 * one; it can be captured in a graph. On the CPU `stream` means nothing. */
SEEDNORM_API SeednormStatus seednormEntryRun(const SeednormEntry *entry,
                                             const SeednormTensor *arguments,
                                             int64_t numArguments,
                                             const SeednormTensor *results,
                                             int64_t numResults, void *stream);

#ifdef __cplusplus
}
#endif

#endif /* SEEDNORM_C_RUNTIME_H */

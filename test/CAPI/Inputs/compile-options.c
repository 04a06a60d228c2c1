/*===- compile-options.c - Options of a compilation, from C ----------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * Compiles a norm in several ways, says what came of each, and whether the code
 * is that of seednormCompile; then takes it from a package.
 * test/python/test_install.py runs it.
 *
 *===----------------------------------------------------------------------===*/

#include "seednorm-c/Seednorm.h"

#include <stdio.h>
#include <string.h>

static const char text[] =
    "func.func @main(%x: tensor<?x64xf32>, %p: tensor<64xf32>)\n"
    "    -> tensor<?x64xf32> {\n"
    "  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6\n"
    "      : tensor<?x64xf32>, tensor<64xf32>\n"
    "  return %y : tensor<?x64xf32>\n"
    "}\n";

static char *expected = NULL; /* The PTX that seednormCompile makes. */
static size_t expectedSize = 0;

static SeednormStatus emitPTX(SeednormKernel *kernel, char **data,
                              size_t *size) {
  SeednormStatus status = seednormKernelEmit(kernel, "ptx", data, size);
  seednormKernelDestroy(kernel);
  return status;
}

static void tryOptions(const char *name,
                       const SeednormCompileOptions *options) {
  SeednormKernel *kernel = NULL;
  char *ptx = NULL;
  size_t size = 0;
  SeednormStatus status = seednormCompileWithOptions(
      text, strlen(text), "sm_90a", "main", options, &kernel);
  if (!status)
    status = emitPTX(kernel, &ptx, &size);
  if (status) {
    printf("%s: %d, %s\n", name, (int)status, seednormGetError());
    return;
  }
  printf("%s: ok\n", name);
  puts(size == expectedSize && memcmp(ptx, expected, size) == 0
           ? "the same code"
           : "other code");
  seednormFree(ptx);
}

static void sayError(const char *name, SeednormStatus status) {
  printf("%s: %d, %s\n", name, (int)status, status ? seednormGetError() : "ok");
}

/* A kernel from its package, and what is none. */
static void tryRestore(void) {
  SeednormKernel *kernel = NULL;
  const SeednormKernel *kernels[1];
  char *package = NULL, *row = NULL, *graph = NULL;
  size_t size = 0, rowSize = 0;
  sayError("compile", seednormCompileWithOptions(text, strlen(text), "cpu",
                                                 "main", NULL, &kernel));
  kernels[0] = kernel;
  sayError("write", seednormWritePackage(kernels, 1, &package, &size));
  seednormKernelDestroy(kernel);
  kernel = NULL;
  sayError("restore", seednormRestore(package, size, text, strlen(text), "cpu",
                                      "main", NULL, &kernel));
  sayError("row", seednormKernelEmit(kernel, "row", &row, &rowSize));
  seednormFree(row);
  seednormKernelDestroy(kernel);
  kernel = NULL;
  sayError("no text", seednormRestore(package, size, NULL, 0, "cpu", "main",
                                      NULL, &kernel));
  sayError("row", seednormKernelEmit(kernel, "row", &row, &rowSize));
  seednormKernelDestroy(kernel);
  sayError("no entry", seednormRestore(package, size, text, strlen(text), "cpu",
                                       NULL, NULL, &kernel));
  sayError("no package", seednormRestore(NULL, 0, text, strlen(text), "cpu",
                                         "main", NULL, &kernel));
  sayError("emulated", seednormRestore(package, size, text, strlen(text),
                                       "emulated", "main", NULL, &kernel));
  sayError("another chip", seednormRestore(package, size, text, strlen(text),
                                           "sm_90a", "main", NULL, &kernel));
  sayError("nothing to differentiate",
           seednormDifferentiate(text, strlen(text), NULL, NULL, 0, NULL, 0,
                                 NULL, 0, NULL, 0, &graph));
  seednormFree(package);
}

int main(void) {
  const SeednormCompileOptions defaults = SEEDNORM_COMPILE_OPTIONS;
  SeednormCompileOptions options = SEEDNORM_COMPILE_OPTIONS;
  SeednormKernel *kernel = NULL;
  if (seednormCompile(text, strlen(text), "sm_90a", "main", NULL, 0, NULL, 0,
                      -1, NULL, &kernel) ||
      emitPTX(kernel, &expected, &expectedSize)) {
    puts(seednormGetError());
    return 1;
  }
  tryOptions("none", NULL);
  tryOptions("defaults", &defaults);
  options.approximate = "tanh";
  tryOptions("tanh", &options);
  options.approximate = "exp";
  tryOptions("exp", &options);
  options = defaults;
  options.schedule = "vector = 3";
  tryOptions("schedule", &options);
  options = defaults;
  options.size = 0;
  tryOptions("no size", &options);
  options.size = sizeof(options) + 8;
  tryOptions("a later one", &options);
  options = defaults;
  options.numLayouts = 1;
  tryOptions("no layouts", &options);
  options = defaults;
  options.numShared = -1;
  tryOptions("a negative number", &options);
  seednormFree(expected);
  tryRestore();
  return 0;
}

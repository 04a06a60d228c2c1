/*===- compile-options.c - Options of a compilation, from C
 * ------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * Compiles a norm in several ways, says what came of each, and whether the code
 * is that of seednormCompile. test/python/test_install.py runs it.
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
  seednormFree(expected);
  return 0;
}

/*===- run-package.c - A compiled kernel in a C program ---------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * Usage: run-package rms-norm.snp
 *
 * Loads a package that seednorm-compile made of rms-norm.mlir, runs it on the
 * CPU, and compares the result with the formula. No compiler is needed:
 *   cc run-package.c -o run-package -I<prefix>/include -L<prefix>/lib \
 *     -lseednorm-runtime -lm -Wl,-rpath,<prefix>/lib
 *
 *===----------------------------------------------------------------------===*/

#include "seednorm-c/Runtime.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { rows = 3, columns = 512 };

static void check(SeednormStatus status) {
  if (status == SEEDNORM_SUCCESS)
    return;
  fprintf(stderr, "error: %s\n", seednormRuntimeGetError());
  exit(EXIT_FAILURE);
}

/* Prints what an entry takes and returns. */
static void describe(const SeednormEntry *entry) {
  int64_t numArguments = seednormEntryGetNumArguments(entry);
  int64_t count = numArguments + seednormEntryGetNumResults(entry);
  for (int64_t index = 0; index < count; ++index) {
    const char *name;
    SeednormElementType type;
    const int64_t *shape;
    int64_t rank, alignment;
    check(seednormEntryGetSignature(entry, index, &name, &type, &shape, &rank,
                                    &alignment));
    printf("%s %s: (", index < numArguments ? "argument" : "result", name);
    for (int64_t dim = 0; dim < rank; ++dim)
      printf(shape[dim] < 0 ? "%s?" : "%s%lld", dim ? ", " : "",
             (long long)shape[dim]);
    printf(")\n");
  }
}

/* The largest distance from x / sqrt(mean(x * x) + 1e-6) * gamma. */
static double compare(float y[rows][columns], float x[rows][columns],
                      const float gamma[columns]) {
  double largest = 0;
  for (int row = 0; row < rows; ++row) {
    double squares = 0;
    for (int column = 0; column < columns; ++column)
      squares += (double)x[row][column] * x[row][column];
    double scale = 1 / sqrt(squares / columns + 1e-6);
    for (int column = 0; column < columns; ++column) {
      double exact = x[row][column] * scale * gamma[column];
      largest = fmax(largest, fabs(y[row][column] - exact));
    }
  }
  return largest;
}

int main(int argc, char **argv) {
  static float x[rows][columns], y[rows][columns], gamma[columns];
  if (argc != 2) {
    fprintf(stderr, "usage: run-package <package>\n");
    return EXIT_FAILURE;
  }
  SeednormPackage *package;
  SeednormEntry *entry;
  check(seednormPackageLoadFile(argv[1], &package));
  check(seednormEntryLoad(package, NULL, SEEDNORM_CPU, &entry));
  seednormPackageDestroy(package); /* The entry has all it needs. */
  describe(entry);

  for (int column = 0; column < columns; ++column) {
    gamma[column] = 1 + (float)column / columns;
    for (int row = 0; row < rows; ++row)
      x[row][column] = (float)sin(1 + row * columns + column);
  }
  const int64_t matrix[] = {rows, columns}, vector[] = {columns};
  const SeednormTensor arguments[] = {{x, SEEDNORM_F32, 2, matrix, NULL},
                                      {gamma, SEEDNORM_F32, 1, vector, NULL}};
  const SeednormTensor result = {y, SEEDNORM_F32, 2, matrix, NULL};
  check(seednormEntryRun(entry, arguments, 2, &result, 1, NULL));
  seednormEntryDestroy(entry);

  double error = compare(y, x, gamma);
  printf("largest error: %.1e\n", error);
  /* A few roundings of numbers below 3. */
  return error < 4e-6 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*===- embed-c.c - Build, compile and run a graph from C -----------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 *   embed-c [<target> [<heads>]]
 *
 * SeeDNorm of rows of 256 columns on "cpu" (or "emulated", which runs the GPU's
 * kernel on the CPU). What the library objects to is printed as it says it.
 *
 *===----------------------------------------------------------------------===*/

#include "seednorm-c/Seednorm.h"
#include "seednorm-c/Version.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 4, COLUMNS = 256 };

/* Adds the inputs and the norm; a value has the number that `values` got. */
static SeednormStatus buildGraph(SeednormGraph *graph, const char *heads) {
  static const char *const names[] = {"x", "alpha", "beta", "gamma"};
  static const char *const attributes[] = {"eps", "num_heads"};
  const char *numbers[] = {"1.0e-6 : f64", heads};
  int64_t values[4], numResults = 0, *results = NULL;
  SeednormStatus status;
  int i;
  for (i = 0; i < 4; ++i) {
    /* Any number of rows; each parameter has one element per column. */
    int64_t rows[] = {-1, COLUMNS}, parameter[] = {COLUMNS};
    status = seednormGraphAddInput(graph, SEEDNORM_F32, i ? parameter : rows,
                                   i ? 1 : 2, names[i], &values[i]);
    if (status)
      return status;
  }
  status = seednormGraphAddOp(graph, "norm.seednorm", values, 4, attributes,
                              numbers, 2, NULL, __FILE__, __LINE__, &results,
                              &numResults);
  if (status)
    return status;
  status = seednormGraphAddOutput(graph, results[0]);
  seednormFree(results);
  return status;
}

/* Compiles through the text of the graph, which is MLIR. */
static SeednormStatus compileGraph(SeednormGraph *graph, const char *target,
                                   SeednormKernel **kernel) {
  char *text = NULL;
  size_t size = 0;
  SeednormStatus status = seednormGraphToText(graph, "main", 1, &text);
  if (status)
    return status;
  while (text[size])
    ++size;
  status = seednormCompile(text, size, target, "main", NULL, 0, NULL, 0,
                           /*expectPrograms=*/1, /*schedule=*/NULL, kernel);
  seednormFree(text);
  return status;
}

/* With beta 0 and gamma 1 SeeDNorm is RMSNorm. Returns the largest error. */
static SeednormStatus run(const SeednormKernel *kernel, double *error) {
  static float x[ROWS][COLUMNS], y[ROWS][COLUMNS];
  static float alpha[COLUMNS], beta[COLUMNS], gamma[COLUMNS];
  static const int64_t rows[] = {ROWS, COLUMNS}, parameter[] = {COLUMNS};
  SeednormTensor arguments[] = {{x, SEEDNORM_F32, 2, rows, NULL},
                                {alpha, SEEDNORM_F32, 1, parameter, NULL},
                                {beta, SEEDNORM_F32, 1, parameter, NULL},
                                {gamma, SEEDNORM_F32, 1, parameter, NULL}};
  SeednormTensor result = {y, SEEDNORM_F32, 2, rows, NULL};
  SeednormStatus status;
  int n, i;
  for (i = 0; i < COLUMNS; ++i) {
    alpha[i] = gamma[i] = 1;
    for (n = 0; n < ROWS; ++n)
      x[n][i] = (float)sin(n * COLUMNS + i);
  }
  status = seednormKernelRun(kernel, arguments, 4, &result, 1, 0, NULL);
  *error = 0;
  for (n = 0; n < ROWS && !status; ++n) {
    double sum = 0;
    for (i = 0; i < COLUMNS; ++i)
      sum += (double)x[n][i] * x[n][i];
    for (i = 0; i < COLUMNS; ++i)
      *error = fmax(*error, fabs(y[n][i] - x[n][i] / sqrt(sum / COLUMNS + 1e-6)));
  }
  return status;
}

int main(int argc, char **argv) {
  const char *target = argc > 1 ? argv[1] : "cpu";
  char heads[64];
  SeednormGraph *graph;
  SeednormKernel *kernel = NULL;
  SeednormStatus status;
  double error = 1;
  snprintf(heads, sizeof(heads), "%s : i64", argc > 2 ? argv[2] : "8");
  if (!seednormIsCompatible()) {
    fprintf(stderr, "expects version %d.%d or later of the C API\n",
            SEEDNORM_C_VERSION_MAJOR, SEEDNORM_C_VERSION_MINOR);
    return EXIT_FAILURE;
  }
  graph = seednormGraphCreate();
  status = buildGraph(graph, heads);
  if (!status)
    status = compileGraph(graph, target, &kernel);
  if (!status)
    status = run(kernel, &error);
  if (status)
    fprintf(stderr, "error: %s\n", seednormGetError());
  else
    printf("seednorm %s on %s: %s\n", seednormGetVersion(), target,
           error < 1e-5 ? "ok" : "wrong");
  seednormKernelDestroy(kernel);
  seednormGraphDestroy(graph);
  return !status && error < 1e-5 ? EXIT_SUCCESS : EXIT_FAILURE;
}

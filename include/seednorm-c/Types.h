/*===- Types.h - What both C APIs of seednorm share -------------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * The compiler's (Seednorm.h) and the run-time library's (Runtime.h).
 *
 *===----------------------------------------------------------------------===*/

#ifndef SEEDNORM_C_TYPES_H
#define SEEDNORM_C_TYPES_H

#include <stddef.h>
#include <stdint.h>

#define SEEDNORM_API __attribute__((visibility("default")))

typedef enum {
  SEEDNORM_SUCCESS = 0,
  SEEDNORM_USAGE_ERROR = 1,   /* The caller's input breaks a stated rule. */
  SEEDNORM_RUNTIME_ERROR = 2, /* No device, a failed launch, a missing tool. */
  SEEDNORM_INTERNAL_ERROR = 3 /* A fault of ours, the emulator's findings. */
} SeednormStatus;

typedef enum {
  SEEDNORM_F64 = 0,
  SEEDNORM_F32 = 1,
  SEEDNORM_F16 = 2,
  SEEDNORM_BF16 = 3,
  SEEDNORM_F8E4M3FN = 4,
  SEEDNORM_F8E5M2 = 5,
  SEEDNORM_I8 = 6,
  SEEDNORM_I32 = 7,
  SEEDNORM_I64 = 8
} SeednormElementType;

/* Tensors have at most this many dimensions. */
#define SEEDNORM_MAX_RANK 32

/* Memory of the caller. */
typedef struct {
  void *data;
  SeednormElementType type;
  int64_t rank;
  const int64_t *shape;
  const int64_t *strides; /* In elements; null if dense and row-major. */
} SeednormTensor;

#endif /* SEEDNORM_C_TYPES_H */

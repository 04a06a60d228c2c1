//===- Slicing.h - A row program at a few columns ---------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one library both back ends share: clone the part of a program that a
// value needs, for one run of consecutive columns. A back end says which
// columns a thread or loop iteration owns, where inputs come from and how
// totals are combined; what the program computes is no business of its.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_SLICING_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_SLICING_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include "mlir/IR/Builders.h"

namespace seednorm::row {

/// A run of `width` consecutive columns, computed together. It lies inside one
/// of the `segment`-sized parts of the row, a multiple of `width` from its
/// start, so a value with one element for whole parts is a scalar here, and
/// everything else a vector of `width`.
struct Chunk {
  mlir::Value column; ///< The first column, an `index`.
  int64_t width = 1;
  int64_t segment = 1; ///< Divides the number of columns.
  /// i1, false if the columns lie beyond the row; null if they never do.
  mlir::Value valid;
  /// What is known already of the program at these columns.
  llvm::DenseMap<mlir::Value, mlir::Value> values;

  /// Whether a value with one element for `run` columns is a scalar here.
  bool isUniform(int64_t run) const { return run % segment == 0; }
  /// Whether the chunk consists of whole blocks of `block` columns, counted
  /// from the first of the row's `columns`.
  bool hasWholeBlocks(int64_t block, int64_t columns) const {
    return width % block == 0 && (segment % block == 0 || segment == columns);
  }
};

/// Where the slices of a program come from that are not computed in place.
class SliceSource {
public:
  virtual ~SliceSource() = default;
  /// The slice of an input at a chunk.
  virtual mlir::Value getInput(mlir::OpBuilder &builder,
                               mlir::BlockArgument input, Chunk &chunk) = 0;
  /// The total of a sum, without its `init`, as it is at a chunk. That of a
  /// folded one is for `Slicer::fold` to build.
  virtual mlir::Value getTotal(mlir::OpBuilder &builder, const Sum &sum,
                               Chunk &chunk) = 0;
  /// The number of the row over all leading dimensions, an `index`.
  virtual mlir::Value getRowNumber() = 0;
};

/// Clones the computation of values of a program at chunks of columns.
class Slicer {
public:
  Slicer(const ProgramAnalysis &analysis, SliceSource &source)
      : analysis(analysis), source(source) {}

  /// `value` at the columns of `chunk`: a scalar or a vector of its width.
  mlir::Value slice(mlir::OpBuilder &builder, mlir::Value value, Chunk &chunk);

  /// What the columns of `chunk` add to `sum`, as a vector of its width;
  /// columns that do not count, or lie beyond the row, hold the identity.
  mlir::Value sliceSummand(mlir::OpBuilder &builder, const Sum &sum,
                           Chunk &chunk);

  /// The total at `chunk` of a folded sum, added up number by number.
  mlir::Value fold(mlir::OpBuilder &builder, const Sum &sum,
                   const Chunk &chunk);

  /// Number `number` (an `index`) of the source of a folded sum, counted from
  /// the first one of the row.
  mlir::Value sliceNumber(mlir::OpBuilder &builder, const Sum &sum,
                          mlir::Value number);

  /// The type that `slice` gives `value` at `chunk`.
  mlir::Type getSliceType(mlir::Value value, const Chunk &chunk) const;

private:
  mlir::Value foldAt(mlir::OpBuilder &builder, const Sum &sum,
                     mlir::Value column);
  mlir::Value build(mlir::OpBuilder &builder, mlir::OpResult value,
                    Chunk &chunk);
  mlir::Value buildReduce(mlir::OpBuilder &builder, mlir::Operation *op,
                          Chunk &chunk);
  mlir::Value buildRandom(mlir::OpBuilder &builder, PhiloxOp op, Chunk &chunk);

  const ProgramAnalysis &analysis;
  SliceSource &source;
};

/// The identity of `kind` for scalars or vectors of floating-point type.
mlir::Value buildIdentity(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::vector::CombiningKind kind, mlir::Type type);

/// Whether combining with `init` changes nothing but the sign of a zero.
bool isIdentity(mlir::vector::CombiningKind kind, mlir::Value init);

/// `lhs` and `rhs` combined; the order of a sum is ours to choose.
mlir::Value buildCombine(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::vector::CombiningKind kind, mlir::Value lhs,
                         mlir::Value rhs);

/// `value`, of a row, added to `total`, of the rows before. A product that may
/// be reassociated is rounded with the sum: said here, it is the same whatever
/// else takes the product.
mlir::Value buildAccumulation(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::Value total, mlir::Value value);

/// The elements of a vector combined into a scalar, as a tree.
mlir::Value buildReduction(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::vector::CombiningKind kind,
                           mlir::Value vector);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_SLICING_H

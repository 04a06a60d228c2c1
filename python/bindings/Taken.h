//===- Taken.h - Arrays taken without a detour ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From an array of NumPy or of a type that has DLPack's C exchange API, as
// PyTorch's tensors, to the C API's tensor. What is unusual or wrong is not
// taken, and says nothing: somebody else finds out and reports.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_TAKEN_H
#define SEEDNORM_PYTHON_BINDINGS_TAKEN_H

#include "Callable.h"

namespace seednorm {

/// What an argument or a result of a kernel has to be.
struct ArraySpec {
  pybind11::str name;
  SeednormElementType type;
  ElementType element;
  pybind11::object numpyType; ///< Null if none is known.
  int64_t alignment;
  std::vector<int64_t> shape; ///< -1 for the number of rows.

  size_t getRank() const { return shape.size(); }
};

/// The specs of arguments or results.
std::vector<ArraySpec> makeSpecs(const std::vector<Signature> &signatures);

/// An array whose memory is at hand while Python holds it. `tensor` may point
/// into it, so it stays where it was taken.
struct TakenArray {
  /// Arrays with more dimensions are unusual.
  static constexpr size_t maxRank = 8;

  SeednormTensor tensor = {};
  int64_t strides[maxRank]; ///< Only if `isStrided`.
  int64_t foldedShape[2];   ///< Only of rows.
  const int64_t *ownShape;  ///< Of rows, before they were folded.
  int32_t ownRank;
  bool isStrided = false;
  PyObject *object = nullptr;
  const dlpack::DLPackExchangeAPI *api = nullptr; ///< Null if it is NumPy's.

  /// Takes an array of the rank and the element type of `spec`.
  bool take(PyObject *array, const ArraySpec &spec);

  /// Takes an array with an exchange API, of these types and static sizes,
  /// whether or not it needs gradients: who calls has seen to that. If it
  /// `isPlain` it is known to be no negated view.
  bool takeDetached(PyObject *array, const ArraySpec &spec, bool isPlain);

  /// The same of an array (..., D) for (N, D), if one stride goes from row to
  /// row.
  bool takeRows(PyObject *array, const ArraySpec &spec, bool isPlain);

  bool hasElements() const;

  /// Whether rows have the leading dimensions of others.
  bool hasShapeOf(const TakenArray &other) const;

private:
  bool takeNumPy(const ArraySpec &spec);
  bool takeExchanged(const ArraySpec &spec);
  bool view(const ArraySpec &spec, dlpack::DLTensor &view);
  bool fold(const dlpack::DLTensor &view);
  /// Takes strides of so many bytes for 1; false if they are no multiple.
  bool setStrides(const int64_t *given, int64_t unit);
};

/// As the C API takes them; they point to `taken`.
Tensors getTensors(const std::vector<TakenArray> &taken);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_TAKEN_H

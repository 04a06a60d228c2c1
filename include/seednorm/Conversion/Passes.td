//===- Passes.td - Conversions between dialects ------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_CONVERSION_PASSES_TD
#define SEEDNORM_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertCallsToNormPass : Pass<"convert-calls-to-norm"> {
  let summary = "Turn calls of norms by name into norms";
  let description = [{
    A framework that has no operation for a norm can still name it. An op that
    calls `seednorm.<mnemonic>` becomes `norm.<mnemonic>`:

    | op | the name is in | attributes are in |
    |---|---|---|
    | `stablehlo.composite` | `name` | `composite_attributes` |
    | `stablehlo.custom_call` | `call_target_name` | `backend_config` |
    | `torch.operator` | `name`, behind `torch.` | the op itself |

    Operands go by position; of optional ones the last can be left out, or
    `operandSegmentSizes` among the attributes says which are there. Attributes
    go by name and get the type that the norm's have: a float of another width
    or an integer becomes f64, an integer of another width i64, a string a case
    of an enumeration or a type, a tensor of one element that element. What is
    not there has the norm's default. Then the norm's verifier has its say.

    The decomposition of a composite is no longer needed; it goes if it is
    private and nothing else refers to it, and so does what only it calls.
    Calls of other names stay as they are. A name that starts with `seednorm.`
    and is no norm is an error.

    Accepts: any module; these ops in generic form on builtin tensors, whether
    their dialects are registered or not.
    Produces: ops of the `norm` dialect.
    Numerics: those of the norm, whatever a decomposition computed.

    Example:
    ```mlir
    %y = "stablehlo.custom_call"(%x, %gamma) {
        call_target_name = "seednorm.rms_norm", backend_config = {eps = 1.0e-6 : f32}}
        : (tensor<?x64xbf16>, tensor<64xf32>) -> tensor<?x64xbf16>
    ```
  }];
  let dependentDialects = ["::seednorm::norm::NormDialect"];
}

def ConvertNormToRowPass : Pass<"convert-norm-to-row"> {
  let summary = "Write named norms as row programs, by their formulas";
  let description = [{
    From here on no pass knows a norm by name: each becomes a `row.program`
    whose body is its formula, in f32 as the op's description says.

    Accepts: any module; ops of the `norm` dialect on tensors.
    Produces: `row.program` with a `tensor.empty` as output in their place.
    Numerics: those of the op's description; the mean is a multiplication by
    the rounded 1/D.

    Example:
    ```mlir
    %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x64xf32>, tensor<64xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect",
    "::seednorm::row::RowDialect"
  ];
}

def ConvertLinalgToRowPass : Pass<"convert-linalg-to-row"> {
  let summary = "Write linalg ops on tensors as row programs, one each";
  let description = [{
    An op whose loops are all dimensions of one of its operands, in order, and
    which reduces none or the last of them, becomes a `row.program` that computes
    what its payload says. Its columns are the dimensions it reduces, for
    element-wise ops none; only where an operand would have no slice for each
    row are more dimensions columns. `row-fuse` makes programs that belong
    together one, with the columns of the widest.

    Dimensions of size 1 are none: operands lose them, results get them back.
    Inputs that are one number are part of the body, as are scalars from outside
    that follow from constants. What they are extracted from, a tensor of one
    element, becomes an operand, and so does what a `linalg.fill` is filled with.
    Powers become products and roots first
    (upstream's algebraic simplification). A `linalg.fill` with a constant stays.

    A payload may combine what it reduces by sums, differences, multiply-adds, a
    product, a minimum or a maximum; comparisons and selections are one if they
    treat NaN as one does, whatever the order.

    Other ops stay as they are: sums over dimensions with others behind them,
    contractions of several columns, operands in another order, payloads with
    ops that no row program holds, integers that are reduced. The attribute
    `row.outside` of each says why; with `report` a remark does so, too.

    So do payloads with a `cf.assert` that is not known to hold, as the
    reciprocal of torch-mlir has one against 0. With `drop-asserts` all of them
    are removed, in payloads and around them: that reciprocal of 0 is then
    infinite, as IEEE says.

    Accepts: any module; `linalg` ops on ranked tensors.
    Produces: `row.program` with a `tensor.empty` as output in their place, and
    `tensor` reshapes and casts.
    Numerics: casts are where they were. The order of a sum is the schedule's;
    it starts from the value that the op's init has.

    Example:
    ```mlir
    %z = arith.constant 0.0 : f32
    %e = tensor.empty(%n) : tensor<?xf32>
    %i = linalg.fill ins(%z : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    %s = linalg.reduce { arith.addf } ins(%x : tensor<?x64xf32>)
        outs(%i : tensor<?xf32>) dimensions = [1]
    ```
  }];
  let options = [
    Option<"report", "report", "bool", "false",
           "Say of each op that stays why it does">,
    Option<"dropAsserts", "drop-asserts", "bool", "false",
           "Remove every 'cf.assert', as if it held">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect",
    "::seednorm::row::RowDialect"
  ];
}

def ConvertRowToNormPass : Pass<"convert-row-to-norm"> {
  let summary = "Name row programs that compute what a norm does";
  let description = [{
    Each program's result is brought into a normal form, an expression in which
    many spellings of one formula are the same; so is the formula of each norm
    that the program may be. Where the two are equal, the norm takes the
    program's place. No chain of ops is matched; `docs/Raising.md` says what the
    normal form knows.

    Programs with several results, with integers, with more than one norm, or
    with anything beside it (a residual sum, an activation, another rounding)
    stay. With `report` a remark at each says so.

    Accepts: any module; programs on tensors without a schedule.
    Produces: `norm.rms_norm`, `layer_norm`, `crms_norm`, `seednorm`,
    `ada_seednorm`, `modulate`, `softmax`, `log_softmax`, `l1_norm`, `l2_norm`,
    `scale_norm`, `dyt` and `bhyt`, with `tensor` reshapes and constants.
    Numerics: those of the norm, which rounds where the program did. Equal are
    formulas of real numbers, with constants that differ by a few roundings:
    what differs is the rounding inside sums and products, as between any two
    orders of them. LayerNorm gets the corrections that `norm.layer_norm` makes.

    Example:
    ```mlir
    %0 = tensor.empty(%n) : tensor<?x64xf32>
    %y = row.program ins(%x : tensor<?x64xf32> by row)
        outs(%0 : tensor<?x64xf32> by row) {
    ^bb0(%xv: vector<64xf32>):
      %lowest = arith.constant 0xFF800000 : f32
      %zero = arith.constant 0.0 : f32
      %m = vector.multi_reduction <maximumf>, %xv, %lowest [0]
          : vector<64xf32> to f32
      %ms = vector.broadcast %m : f32 to vector<64xf32>
      %d = arith.subf %xv, %ms : vector<64xf32>
      %e = math.exp %d : vector<64xf32>
      %s = vector.multi_reduction <add>, %e, %zero [0] : vector<64xf32> to f32
      %ss = vector.broadcast %s : f32 to vector<64xf32>
      %q = arith.divf %e, %ss : vector<64xf32>
      row.yield %q : vector<64xf32>
    }
    // %y = norm.softmax %x : tensor<?x64xf32>
    ```
  }];
  let options = [
    Option<"report", "report", "bool", "false",
           "Say of each program that stays why it does">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
    "::seednorm::norm::NormDialect"
  ];
}

def ConvertRowToGPUPass : Pass<"convert-row-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Turn scheduled row programs into GPU kernels";
  let description = [{
    Each `row.program` on memrefs becomes one `gpu.func` and one
    `gpu.launch_func` at its place. A kernel takes, for each operand, its slices
    as one flat memref from slice 0 on, then the number of rows; the launch has
    ceil(rows / rows_per_block) blocks, or one that does nothing for no rows.

    A program that sums over rows becomes two kernels. The first has at most as
    many blocks as its schedule says, and takes, for each summed output, memory
    for a partial sum of each block, or of each part of the rows that have a
    slice in common. The second adds these up, in an order that the schedule
    and the number of rows fix.

    Accepts: row programs on memrefs with identity layout and a
    `#row.gpu_schedule` (see `row-schedule`), in functions.
    Produces: `gpu.module @kernels` with `gpu`, `vector`, `arith`, `math`,
    `scf`, `memref` and `nvvm.bar.warp.sync` ops; `gpu.launch_func` and the
    arithmetic of its grid in the functions.
    Numerics: sums in the order of the schedule, otherwise unchanged.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::nvgpu::NVGPUDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def ConvertFunctionsToNVVMPass
    : Pass<"convert-functions-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Compute functions from the hardware's exp2 and reciprocal";
  let description = [{
    `expand-math` computes functions from arithmetic, for any target. GPUs have
    instructions that some of them take less of; these come first.

    Accepts: `math.tanh` on f32, f16, bf16 and vectors of them in a
    `gpu.module`. Other functions stay.
    Produces: `arith`, `math.absf`, `math.copysign` and calls of LLVM
    intrinsics.
    Numerics: `tanh` is within 4 ulp of f32, with subnormals, signed zeros and
    infinities; NaN stays NaN. With `approximate-tanh` it is the instruction
    `tanh.approx.f32`, with a relative error of at most 2^-11. f16 and bf16 go
    through f32 and are rounded once.
  }];
  let options = [Option<"approximateTanh", "approximate-tanh", "bool", "false",
    "Use the instruction for `tanh`, precise to 11 bits">];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::vector::VectorDialect"
  ];
}

def ConvertMathToNVVMPass : Pass<"convert-math-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Lower elementary maths of kernels without libdevice";
  let description = [{
    Upstream lowers `math` ops in kernels to calls of a library that comes with
    the CUDA Toolkit only. Here they become instructions of the hardware, so
    that the PTX assembles anywhere.

    Accepts: `math.absf`, `ceil`, `copysign`, `floor`, `fma`, `roundeven`,
    `rsqrt`, `sqrt`, `trunc` and `arith.maxnumf`, `minnumf` on scalars and
    vectors in a `gpu.module`; `expand-math` comes before, for the functions
    that have no instruction.
    Produces: calls of LLVM intrinsics, `arith.mului_extended` on scalars for
    that on vectors, and shifts of words for extensions of vectors of bf16,
    which two registers hold four of. Any other `math` op is an error.
    Numerics: f32 `rsqrt` is the hardware's, with a relative error of at most
    2^-22.9, f64 `rsqrt` a rounded division by a rounded root; `sqrt` is rounded
    to nearest; the rest is exact. f16 and bf16 go through f32 and are rounded
    once.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def ConvertRowToCPUPass : Pass<"convert-row-to-cpu"> {
  let summary = "Turn scheduled row programs into loops over rows";
  let description = [{
    Each `row.program` on memrefs becomes one `scf.parallel` over its rows, with
    the fewest rows a thread should take as the attribute `row.grain`. A row is
    swept once for the sums of each level and once for the outputs, in vectors
    as the schedule says; what is left of it, in ever smaller vectors. A row
    with heads is swept head by head. A value is computed in the outermost loop
    that it does not vary in.

    Where rows have outputs in common, the loop is over tiles of rows. A tile
    adds its rows, in order, to partial sums of its own, in memory that stays in
    a cache; a second loop, over columns, adds the partial sums in the order of
    the tiles and rounds once. Tiles follow from the schedule and the number of
    rows: enough for 64 threads, but so few that their sums take no time.

    Accepts: row programs on memrefs with a `#row.cpu_schedule` (see
    `row-schedule`), whose rows are dense and evenly spaced. An output by row
    may be the memory of an input with the same slices.
    Produces: `scf`, `vector`, `arith`, `math` and `memref` ops.
    Numerics: sums over columns in the order of the schedule, whatever the
    number of rows or threads; sums over rows in an order that the number of
    rows determines, and not the number of threads; otherwise unchanged.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def ConvertParallelToPoolPass : Pass<"convert-parallel-to-pool", "::mlir::ModuleOp"> {
  let summary = "Run parallel loops on the threads of the run-time library";
  let description = [{
    The body of each loop moves to a function of its own, `@<function>_rows<k>`
    or, of a loop with the attribute `row.totals`, `@<function>_totals<k>`,
    which runs a range of iterations, and the loop becomes a call of
    `seednorm_parallel_for` with the loop's `row.grain`, or 1. What the body
    uses from outside goes through a struct on the stack: of a memref its
    address, and what its type leaves open. Constants, and views by constants,
    are made again inside. Buffers on the stack of an iteration become buffers
    of the range of iterations.

    Accepts: one-dimensional `scf.parallel` with step 1 and without reductions,
    in a `func.func`. Other loops, and loops inside such a loop, stay.
    Produces: private `func.func`s that take the struct's address and the range,
    and casts between memrefs and their structs that disappear with the
    conversion to the LLVM dialect.
    Numerics: unchanged.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // SEEDNORM_CONVERSION_PASSES_TD

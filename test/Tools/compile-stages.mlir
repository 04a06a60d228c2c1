// RUN: seednorm-compile %s --target=sm_90a --emit=row | FileCheck %s --check-prefix=ROW
// RUN: seednorm-compile %s --target=sm_90a --emit=gpu | FileCheck %s --check-prefix=GPU
// RUN: seednorm-compile %s --target=sm_90a --emit=nvvm | FileCheck %s --check-prefix=NVVM
// RUN: seednorm-compile %s --target=sm_90a --emit=llvm | FileCheck %s --check-prefix=LLVM
// RUN: seednorm-compile %s --target=sm_90a --emit=ptx | FileCheck %s --check-prefix=PTX
// RUN: seednorm-compile %s --target=sm_90a --emit=sass | FileCheck %s --check-prefix=SASS
// RUN: seednorm-compile %s --target=sm_90a --emit=report | FileCheck %s --check-prefix=REPORT
// RUN: seednorm-compile %s --target=sm_90a | FileCheck %s --check-prefix=REPORT
// RUN: seednorm-compile %s --target=sm_90a --emit=report.json | %python -m json.tool | FileCheck %s --check-prefix=JSON
// RUN: seednorm-compile %s --target=sm_90a --emit=cubin -o %t.cubin
// RUN: %nvdisasm -c %t.cubin | FileCheck %s --check-prefix=SASS

// RUN: seednorm-compile %s --target=cpu --emit=row | FileCheck %s --check-prefix=ROW
// RUN: seednorm-compile %s --target=cpu --emit=scf | FileCheck %s --check-prefix=SCF
// RUN: seednorm-compile %s --target=cpu --emit=llvm | FileCheck %s --check-prefix=HOST
// RUN: seednorm-compile %s --target=cpu --emit=asm | FileCheck %s --check-prefix=ASM

// The standard input and output are files too, and the time goes elsewhere.
// RUN: seednorm-compile --target=sm_90a --emit=ptx -o - - < %s | FileCheck %s --check-prefix=PTX
// RUN: seednorm-compile %s --target=sm_90a --emit=ptx --time -o %t.ptx 2>&1 | FileCheck %s --check-prefix=TIME
// RUN: FileCheck %s --check-prefix=PTX < %t.ptx

// ROW:         row.program
// GPU:         gpu.func @[[KERNEL:.+]](
// NVVM:        llvm.func
// LLVM:        define ptx_kernel void
// PTX:         .target sm_90a
// PTX:         .visible .entry
// SASS:        LDG.E.128
// REPORT:      kernel
// REPORT:      row bytes: {{.*}}ratio 1.00
// REPORT:      registers: {{.*}} 0 bytes spilled
// JSON:        "spill_bytes": 0
// SCF:         scf.for
// HOST:        define
// ASM:         ret
// TIME:        {{^[0-9.]+}} ms from text to ptx{{$}}
// TIME-NOT:    {{.}}

func.func @main(%x: tensor<?x1024xbf16>, %alpha: tensor<1024xf32>,
                %beta: tensor<1024xf32>, %gamma: tensor<1024xf32>)
    -> tensor<?x1024xbf16> {
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
      : tensor<?x1024xbf16>, tensor<1024xf32>
  return %y : tensor<?x1024xbf16>
}

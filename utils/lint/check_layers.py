#===- check_layers.py - Back ends know no norm by name ----------------------===//
#
# A new norm needs no line in a back end. So nothing from the row dialect down
# names a norm or includes the norm dialect, and the run-time library includes
# nothing of LLVM.
#
#===-----------------------------------------------------------------------===//

import re

from sources import find, line_of, report

BACK_ENDS = re.compile(r"(?:lib|include/seednorm)/(?:Dialect/Row|Conversion/RowTo(?!Norm)|Target)")
RUNTIME = re.compile(r"(?:lib|include/seednorm)/Runtime(?:CAPI)?/|include/seednorm-c/(?:Runtime|Types)\.h")
NORM = re.compile(
    r"rms_?norm|layer_?norm|group_?norm|scale_?norm|crms_?norm|"
    r"ada_?seed_?norm|\bl[12]_?norm|softmax|SeeDNorm(?=Op|_op)|\bdyt\b|\bnorm\.(?!h\b|td\b)\w|\bnorm::|Dialect/Norm", re.I)
# The project's own name, in any case, is no norm.
PROJECT = re.compile(r"seednorm_|Seednorm|SEEDNORM_")
LLVM = re.compile(r'#include [<"](?:llvm|mlir)(?:-c)?/')


def find_all(path, text):
    if BACK_ENDS.match(path.as_posix()):
        for found in NORM.finditer(text):
            if not PROJECT.match(text, found.start()):
                yield found, f"expects no norm by name below the row dialect, but got '{found.group()}'"
    if RUNTIME.match(path.as_posix()):
        for found in LLVM.finditer(text):
            yield found, "expects the run-time library to include nothing of LLVM"


def check(files):
    return [(f"{path}:{line_of(text, found.start())}", message)
            for path, text in files for found, message in find_all(path, text)]


if __name__ == "__main__":
    report(check(find(".h", ".cpp", ".td", ".txt", under=("lib", "include"))))

#===- kernel_mutations.py - Faults put into kernels --------------------------===//
#
# Kernels at small widths, one for each scheme, and what is broken in each: a
# pattern of the text of its LLVM IR and what stands there instead.
# test_kernel_mutations.py holds that each fault is found.
#
#===-----------------------------------------------------------------------===//
"""Kernels, and mutations of them."""

import typing

import numpy as np

import cases
import schemes
import seednorm

ASYNC = {"async": True}

#===-----------------------------------------------------------------------===//
# Kernels
#===-----------------------------------------------------------------------===//


class Forward(typing.NamedTuple):
    """A norm under a schedule, on so many rows."""

    norm: str
    columns: int
    schedule: dict
    rows: int = 5

    def compile(self):
        return schemes.compile_forward(self.norm, self.columns, "f32", **self.schedule)

    def make_call(self, rng):
        """Arguments, and shape and type of each result."""
        arguments = schemes.make_arguments(self.norm, rng, self.rows, self.columns, "f32")
        return arguments, [(arguments[0].shape, np.float32)]

    def find_mismatch(self, results, arguments):
        return schemes.find_mismatch(self.norm, results[0], arguments, "f32")


class Backward(typing.NamedTuple):
    """The gradients of SeeDNorm, three of which are sums over rows."""

    columns: int
    schedule: dict
    rows: int = 5

    def compile(self):
        return schemes.backward_of_seednorm(self.columns, 1, "f32", self.schedule)

    def make_call(self, rng):
        x, dy = (cases.make_rows(rng, (self.rows, self.columns), "f32") for _ in range(2))
        parameters = cases.make_parameters(rng, self.columns, 1, "f32")
        return (x, *parameters, dy), [(x.shape, np.float32),
                                      *[((self.columns,), np.float32)] * 3]

    def find_mismatch(self, results, arguments):
        return schemes.find_wrong_gradients(results, arguments, 1, "f32")


class Group(typing.NamedTuple):
    """Sums of rows that have a slice in common, four each."""

    columns: int
    schedule: dict
    rows: int = 12

    def compile(self):
        return seednorm.compile(
            schemes.modulated(self.columns, "by group 4", "?"), "emulated",
            schedule=self.schedule)

    def make_call(self, rng):
        x = rng.standard_normal((self.rows, self.columns)).astype(np.float32)
        scale = rng.standard_normal((self.rows // 4, self.columns)).astype(np.float32)
        return (x, scale), [(scale.shape, np.float32), ((self.columns,), np.float32)]

    def find_mismatch(self, results, arguments):
        return schemes.find_wrong_sums(
            results, *arguments, np.arange(self.rows) // 4)


KERNELS = {
    "lanes": Forward("rms_norm", 44, schemes.lanes(8, parameters="staged"), 11),
    "heads of a warp": Forward("seednorm 8 heads", 200,
                               schemes.lanes(32, parameters="late"), 5),
    "block": Forward("layer_norm", 500, schemes.block(64, parameters="early")),
    "heads": Forward("seednorm 8 heads", 520, schemes.block(64, parameters="late")),
    "staged": Forward("rms_norm", 500, schemes.block(64, parameters="staged")),
    "prefetch": Forward("rms_norm", 500, schemes.block(
        64, parameters="early", blocks=2, prefetch=1)),
    "ring": Forward("rms_norm", 500, schemes.block(
        64, parameters="early", blocks=2, prefetch=2, **ASYNC), 9),
    "shared": Forward("rms_norm", 500, schemes.shared(64)),
    "shared ring": Forward("rms_norm", 500, schemes.shared(64, blocks=2, prefetch=1)),
    "bulk": Forward("rms_norm", 500, schemes.shared(64, bulk=True)),
    "bulk ring": Forward("rms_norm", 500, schemes.shared(
        64, blocks=2, prefetch=1, bulk=True), 9),
    "dynamic": Forward("rms_norm", 8192, schemes.shared(256, blocks=1, prefetch=1), 3),
    "cluster": Forward("rms_norm", 512, schemes.cluster(2, blocks=2)),
    "cluster of one row": Forward("rms_norm", 512, schemes.cluster(2)),
    "cluster ring": Forward("rms_norm", 512, schemes.cluster(
        2, blocks=2, prefetch=1, keep="shared")),
    "dependent": Forward("rms_norm", 500, schemes.block(
        64, parameters="early", dependent=True)),
    "backward": Backward(500, schemes.block(64, parameters="early", blocks=2, prefetch=1)),
    "backward of many blocks": Backward(
        500, schemes.block(64, parameters="early", blocks=16), 17),
    "backward of warps": Backward(96, schemes.lanes(32, parameters="late", blocks=2), 9),
    "backward in shared": Backward(500, schemes.shared(64, blocks=2, prefetch=1)),
    "group": Group(500, schemes.block(64, parameters="late", blocks=2, parts=3)),
}

#===-----------------------------------------------------------------------===//
# Mutations
#===-----------------------------------------------------------------------===//


class Mutation(typing.NamedTuple):
    """A fault in a kernel.

    Attributes:
        kernel: of `KERNELS`.
        fault: in words.
        pattern, replacement: a regular expression and what stands for it.
        occurrence: which one, from 0; negative from the last one.
        report: what the emulator says of it, as a regular expression; where it is
            left out, it says nothing, and results are wrong.
    """

    kernel: str
    fault: str
    pattern: str
    replacement: str = ""
    occurrence: int = 0
    report: typing.Optional[str] = None


def call(name):
    """A line that calls an intrinsic."""
    return rf"  tail call void @llvm\.nvvm\.{name}\(.*\)\n"


BLOCK_BARRIER = call(r"barrier\.cta\.sync\.aligned\.all")
WARP_BARRIER = call(r"bar\.warp\.sync")
START = call(r"barrier\.cluster\.arrive\.relaxed\.aligned")
WAIT = call(r"barrier\.cluster\.wait\.aligned")
#: A wait for a phase, which is tried again if it is not over.
TRY_WAIT = r"= tail call i1 @llvm\.nvvm\.mbarrier\.try\.wait\S*\(.*"
NO_WAIT = "= or i1 true, true"
ACQUIRE = call(r"fence\.acquire\.sync_restrict\S*")
BLOCK_ARRIVAL = r"  %\d+ = tail call i64 @llvm\.nvvm\.mbarrier\.arrive\.(?!expect)\S*\(.*\n"
COMMIT = call(r"cp\.async\.commit\.group")
WAIT_GROUP = call(r"cp\.async\.wait\.group")
SHUFFLE = r"(shfl\.sync\.bfly\.f32\(i32 )-1(, float %\d+, i32 )16(, i32 31\))"
#: The branch around the access of columns that only some threads have.
SKIP_CHUNK = r"  br i1 (%\d+), label %(\d+), label %(\d+)\n\n\2:(?=.*\n(?:  %.*\n)*?{})"
TAKE_CHUNK = r"  br i1 true, label %\2, label %\3\n\n\2:"
UNWRITTEN = "use of uninitialised shared memory"
#: What an access before the other one shows depends on which lane is first.
UNORDERED = f"data race|{UNWRITTEN}"
PENDING = "before a wait for the copy that"
READ_BEYOND, WRITTEN_BEYOND = "out-of-bounds read", "out-of-bounds write"

MUTATIONS = [
    # Barriers.
    Mutation("lanes", "parameters are read before they are staged", BLOCK_BARRIER,
             report=UNORDERED),
    Mutation("heads of a warp", "no barrier of the warp", WARP_BARRIER, report=UNORDERED),
    Mutation("block", "no barrier before sums of warps are read", BLOCK_BARRIER,
             report=UNORDERED),
    Mutation("block", "no barrier of the second level", BLOCK_BARRIER, occurrence=1,
             report=UNORDERED),
    Mutation("heads", "no barrier before parts of heads are added", BLOCK_BARRIER,
             report=UNORDERED),
    Mutation("heads", "no barrier behind totals of heads", BLOCK_BARRIER, occurrence=1,
             report=UNORDERED),
    # The barrier of the sums orders what threads have staged as well.
    Mutation("staged", "some parameters are not staged",
             r"  store <4 x float> %\d+, ptr addrspace\(3\) %\d+, align 16\n",
             report=UNWRITTEN),
    Mutation("prefetch", "no barrier in the loop over rows", BLOCK_BARRIER,
             report=UNORDERED),
    Mutation("cluster", "blocks do not say that they have started", START,
             report="without having arrived"),
    Mutation("cluster", "no wait until blocks have started", WAIT,
             report="nothing orders the use of the mbarrier|may not have started"),
    Mutation("cluster", "no wait for the sums of other blocks", TRY_WAIT, NO_WAIT,
             occurrence=1, report=f"{UNORDERED}|{PENDING}"),
    Mutation("cluster", "sums are read before the fence", ACQUIRE, occurrence=1,
             report=UNORDERED),
    Mutation("cluster", "no wait for those who read", TRY_WAIT, NO_WAIT,
             report="data race"),
    Mutation("cluster", "slots are written before the fence", ACQUIRE, report="data race"),
    Mutation("cluster", "a block ends before all have told it what they tell", TRY_WAIT,
             NO_WAIT, occurrence=-1, report="the block ends|which has ended"),
    Mutation("cluster", "warps of a block do not meet", BLOCK_BARRIER,
             report="data race|uninitialised"),
    Mutation("cluster", "no fence behind reads",
             call(r"fence\.release\.sync_restrict\S*"), report="data race"),
    Mutation("cluster", "nobody says that it has read",
             call(r"mbarrier\.arrive\.relaxed\S*"), report="deadlock"),
    Mutation("cluster", "one block of two is not waited for",
             r"(mbarrier\.init\.shared\(.*, i32 )2\)", r"\g<1>1)",
             report="data race|no more than|deadlock"),
    Mutation("cluster", "the wait for those who read is for the wrong phase",
             r"(%isnotneg = icmp )eq", r"\g<1>ne", report="deadlock"),
    Mutation("cluster ring", "no wait for the sums of other blocks", TRY_WAIT,
             NO_WAIT, occurrence=1, report=f"{UNORDERED}|{PENDING}"),
    # Stores that count at a barrier object.
    Mutation("cluster of one row", "no wait until blocks have started", WAIT,
             report="nothing orders the use of the mbarrier|may not have started"),
    Mutation("cluster of one row", "barrier objects are not made visible",
             call(r"fence\.mbarrier_init\.release\.cluster"),
             report="nothing orders the use of the mbarrier|not followed by fence"),
    Mutation("cluster of one row", "no barrier object", call(r"mbarrier\.init\.shared"),
             report="expects an mbarrier that has been initialised"),
    Mutation("cluster of one row", "too few bytes are expected",
             r"(expect\.tx\.scope\.cta\.space\.cta\(.*, i32 )8\)", r"\g<1>4)",
             report="."),
    Mutation("cluster of one row", "too many bytes are expected",
             r"(expect\.tx\.scope\.cta\.space\.cta\(.*, i32 )8\)", r"\g<1>12)",
             report="deadlock"),
    Mutation("cluster of one row", "the wait is for the wrong phase",
             r"(try\.wait\.parity\.relaxed\.scope\.cluster\.space\.cta\(.*, i32 )0\)",
             r"\g<1>1)", report=f"{UNORDERED}|{PENDING}"),
    # Asynchronous copies.
    Mutation("ring", "no wait for a row", WAIT_GROUP, report=PENDING),
    Mutation("ring", "one row too many is left in flight",
             r"wait\.group\(i32 2\)", "wait.group(i32 3)", report=PENDING),
    Mutation("ring", "the first row is in no group", COMMIT, report=PENDING),
    Mutation("ring", "rows of the loop are in no group", COMMIT, occurrence=-1,
             report=PENDING),
    Mutation("ring", "copies go to the slot at hand", r"(= add i64 %\d+, )-1\n",
             "\\g<1>0\n", report=PENDING),
    Mutation("ring", "the ring has a slot less for those who read",
             r"(icmp ugt i64 %\d+, )2\b", r"\g<1>1", occurrence=1,
             report=f"{PENDING}|out-of-bounds shared read"),
    # Bulk copies.
    Mutation("bulk", "no wait for the row", TRY_WAIT, NO_WAIT,
             report=f"{UNORDERED}|{PENDING}"),
    Mutation("bulk", "no barrier behind the barrier objects", BLOCK_BARRIER,
             report="nothing orders the use of the mbarrier|that has been initialised"),
    Mutation("bulk", "barrier objects are not made visible",
             call(r"fence\.mbarrier_init\.release\.cluster"), report="not followed by fence"),
    Mutation("bulk", "the bytes are not expected", call(r"mbarrier\.expect\.tx\S*"),
             report="."),
    Mutation("bulk", "nobody arrives", BLOCK_ARRIVAL, report="deadlock"),
    Mutation("bulk ring", "no wait for rows", TRY_WAIT, NO_WAIT, occurrence=-1,
             report=f"{UNORDERED}|{PENDING}"),
    Mutation("bulk ring", "no wait for those who read", TRY_WAIT, NO_WAIT, occurrence=-2,
             report="data race"),
    Mutation("bulk ring", "one warp is not waited for",
             r"(mbarrier\.init\.shared\(.*, i32 )2\)", r"\g<1>1)",
             report="data race|no more than"),
    Mutation("bulk ring", "warps do not meet behind their reads", WARP_BARRIER,
             report="data race"),
    Mutation("bulk ring", "nobody says that it has read", BLOCK_ARRIVAL,
             occurrence=-1, report="deadlock"),
    Mutation("shared", "no wait for the row", WAIT_GROUP, report=PENDING),
    Mutation("shared ring", "one row too many is left in flight",
             r"wait\.group\(i32 1\)", "wait.group(i32 2)", report=PENDING),
    Mutation("shared ring", "slots overlap by half",
             r"(%\.idx\d* = shl i64 %\d+, )11", r"\g<1>10", report=PENDING),
    Mutation("dynamic", "rows overlap the sums",
             r"(@\w+, i64 )\d+(?=.*align 16|\))", r"\g<1>0", report=UNORDERED),
    # Rows and columns.
    Mutation("lanes", "one row too many", r"icmp ult (i64 %\d+, %3)", r"icmp ule \1",
             report=READ_BEYOND),
    Mutation("lanes", "the last row is left out", r"icmp ult i64 (%\d+), %3",
             r"icmp ult i64 \1, 10"),
    Mutation("block", "one chunk of columns too many",
             r"(icmp samesign ult i64 %\d+, )125", r"\g<1>126", report=READ_BEYOND),
    Mutation("block", "the last chunk of columns is left out",
             r"(icmp samesign ult i64 %\d+, )125", r"\g<1>124"),
    Mutation("block", "columns behind the row are loaded",
             SKIP_CHUNK.format(r"  %\d+ = load <4 x float>"), TAKE_CHUNK, 1,
             report=READ_BEYOND),
    Mutation("block", "columns behind the row are stored",
             SKIP_CHUNK.format("  store <4 x float>"), TAKE_CHUNK, -1,
             report=WRITTEN_BEYOND),
    Mutation("block", "columns behind the row are in the variance",
             r"select i1 %\d+, (<4 x float> %\d+), <4 x float> zeroinitializer",
             r"select i1 true, \1, <4 x float> zeroinitializer", -1),
    Mutation("prefetch", "the next row is loaded beyond the last one",
             r"(icmp ult i64 %\d+, )%3", r"\g<1>100", report=READ_BEYOND),
    Mutation("prefetch", "one row too many", r"icmp slt (i64 %\d+, %3)", r"icmp sle \1",
             report=WRITTEN_BEYOND),
    Mutation("prefetch", "the row at hand is loaded instead of the next",
             r"(add i64 (%\d+), %\d+\n  %\d+ = icmp ult .*\n  %\d+ = mul i64 )%\d+",
             r"\1\2"),
    Mutation("ring", "two rows ahead instead of three",
             r"(%\d+ = shl nuw nsw i64 %\d+, )1\n", r"\g<1>0\n"),
    # Sums of a row.
    Mutation("prefetch", "the tree of shuffles has one step twice", SHUFFLE,
             r"\g<1>-1\g<2>8\3"),
    Mutation("block", "half of the lanes are not in the mask", SHUFFLE,
             r"\g<1>65535\g<2>16\3", report="not in the mask"),
    Mutation("lanes", "lanes of two rows are added up",
             r"(shfl\.sync\.bfly\.f32\(i32 -1, float %\d+, i32 )4,", r"\g<1>8,"),
    Mutation("block", "a warp does not store its sum",
             r"  store float %\d+, ptr addrspace\(3\) %\d+, align 4\n", report=UNWRITTEN),
    Mutation("block", "the sum of the first warp is read twice",
             r"= and i64 (%\d+), 1\n", r"= and i64 \1, 0\n"),
    Mutation("prefetch", "sums of two rows in one slot",
             r"(= sub nuw nsw i64 )2,", r"\g<1>0,", report="data race"),
    Mutation("cluster", "all sums go to the first block",
             r"(mapa\.shared\.cluster\(.*, i32 )%\d+", r"\g<1>0", occurrence=1,
             report="expects an mbarrier in the shared memory of its destination"),
    Mutation("cluster", "sums go to the slots of the first warp",
             r"= lshr exact i64 (%\d+), 3\n", r"= and i64 \1, 0\n",
             report="data race|uninitialised"),
    Mutation("cluster", "only the first block has the sums",
             r"(icmp samesign ult i64 %\d+, )2\b", r"\g<1>1", report="deadlock"),
    Mutation("cluster", "sums of the second block are not read",
             r"= and i64 (%6), 1\n", r"= and i64 \1, 0\n"),
    # Sums over rows.
    Mutation("backward", "sums over rows start at one",
             r"phi <4 x float> \[ zeroinitializer, (%\.lr\.ph) \]",
             r"phi <4 x float> [ splat (float 1.0), \1 ]"),
    Mutation("backward", "a block does not store what it has added up",
             r"  store <4 x float> %\.lcssa\d*, ptr %\d+, align 16\n"),
    Mutation("backward", "one partial sum is left out",
             r"(?s)(_sums0\(.*?icmp ult i64 %\d+, )%\d+", r"\g<1>1"),
    Mutation("backward of many blocks", "no barrier between partial sums", BLOCK_BARRIER,
             occurrence=-1, report="data race|uninitialised"),
    Mutation("backward in shared", "sums over rows are not zeroed",
             r"  store <4 x float> zeroinitializer, ptr addrspace\(3\) %\d+, align 16\n",
             report=UNWRITTEN),
    Mutation("backward of warps", "no barrier before sums of warps meet", BLOCK_BARRIER,
             report=UNORDERED),
    Mutation("group", "a part goes beyond its group",
             r"tail call i64 @llvm\.umin\.i64\(i64 (%\d+), i64 %\d+\)", r"add i64 \1, 0"),
    Mutation("group", "rows have the slice of the group before",
             r"= lshr i64 (%\d+), 2\n", r"= lshr i64 \1, 3\n"),
    # Launches.
    Mutation("dependent", "rows are read before the kernel ahead has ended",
             call(r"griddepcontrol\.wait"),
             report="has not executed griddepcontrol.wait"),
]

#===- kernel_page.py - The page of the table of kernels --------------------===//
#
# Puts what kernels.py found into the tables of docs/Kernels.md.
#
#===-----------------------------------------------------------------------===//
"""Formats cells of the table of kernels."""

import datetime

import norms

#: At D = 4096 in bf16: SeeDNorm's instructions an element over RMSNorm's, at most;
#: and the part of a copy's issue slots on the H100 model.
TARGET_RATIOS = {False: 1.65, True: 1.8}
TARGET_ISSUE_PART = 0.6
HEADER = ("D", "type", "kernel", "rows run", "error / bound", "row bytes / minimum",
          "parameter bytes a block", "partial bytes a block", "registers",
          "spilled, stack", "sectors a request (minimum)", "barriers a trip and block, levels",
          "instructions an element", "H100 slots", "H100, H200 part of a copy")


def describe_schedule(schedule):
    """The choices of a schedule, shortened."""
    text = schedule[schedule.index("<") + 1:-1]
    for name, short in (("threads_per_row", "threads"), ("rows_per_block", "rows"),
                        (" = ", " ")):
        text = text.replace(name, short)
    return text


def format_row(cell):
    _, columns, dtype, _ = cell.key
    found, report = cell.found, cell.found["reports"][0]
    model = report["model"]
    cards = {card["card"]: card for card in model["cards"]}
    return (str(columns), dtype, describe_schedule(report["schedule"]),
            f"{found['rows']} ({found['trips']:.1f} trips)", f"{found['error']:.3f}",
            f"{found['row_bytes']:.2f}", f"{found['parameters']:.0f}",
            f"{found['partials']:.0f}",
            " + ".join(str(own["registers"]) for own in found["reports"]),
            f"{report['spill_bytes']}, {report['stack_bytes']}",
            f"{found['sectors']:.1f} ({found['minimum_sectors']:.1f})",
            "; ".join([f"{found['barriers']:.2f}, {report['levels']}",
                       *(f"{count} {name.replace('_', ' ')}"
                         for name, count in found["others"].items() if count)]),
            f"{model['instructions_per_element']:.2f}",
            f"{cards['H100']['issue_part']:.0%}",
            ", ".join(f"{cards[name]['copy_part']:.0%} ({cards[name]['limit']})"
                      for name in ("H100", "H200")))


def format_table(cells):
    lines = ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    lines += ["| " + " | ".join(format_row(cell)) + " |" for cell in cells]
    return lines


def format_targets(cells):
    """SeeDNorm beside RMSNorm, where both were run."""
    found = {cell.key: cell.found["reports"][0]["model"] for cell in cells
             if cell.found}
    lines = []
    for backward, limit in TARGET_RATIOS.items():
        pair = [found.get((norm, 4096, "bf16", backward))
                for norm in ("seednorm", "rms_norm")]
        if None in pair:
            continue
        own, other = (model["instructions_per_element"] for model in pair)
        h100, = (c for c in pair[0]["cards"] if c["card"] == "H100")
        verdict = {True: "met", False: "missed"}
        lines.append(
            f"- {'backward' if backward else 'forward'}, D = 4096, bf16: SeeDNorm "
            f"{own:.2f} instructions an element, RMSNorm {other:.2f}: ratio "
            f"{own / other:.3f} of at most {limit} ({verdict[own <= limit * other]}); "
            f"{h100['issue_part']:.1%} of the issue slots of a copy on the H100 model, "
            f"of at most {TARGET_ISSUE_PART:.0%} "
            f"({verdict[h100['issue_part'] <= TARGET_ISSUE_PART]})")
    return lines


def format_page(cells, is_whole):
    """The page of docs/; with `is_whole`, of all cells."""
    lines = [
        "# Kernels", "",
        f"Compiled for sm_90a and run on the emulator on {datetime.date.today()} by "
        "`benchmarks/kernels.py --write`, which has the rules that every cell keeps. "
        "Bytes, sectors and barriers are counted by the emulator, registers by ptxas. "
        "Instructions and parts of a copy are predictions of the "
        "[static model](StaticModel.md); [Timings.md](Timings.md) has what a GPU said.",
        ""]
    targets = format_targets(cells)
    if targets:
        lines += ["Targets:", "", *targets, ""]
    for backward in (False, True):
        for norm, title in norms.TITLES.items():
            own = [cell for cell in cells if cell.key[0] == norm
                   and cell.key[3] == backward]
            run = [cell for cell in own if cell.found]
            if own:
                lines += [f"## {title}, {'backward' if backward else 'forward'}", ""]
            if run:
                lines += [*format_table(run), ""]
            refused = [cell for cell in own if cell.refused]
            lines += [f"- {cell.key[1]} {cell.key[2]}: refused: {cell.refused}"
                      for cell in refused] + ([""] if refused else [])
    broken = [f"- {cell.name}: {fact}" for cell in cells for fact in cell.broken]
    if broken:
        lines += ["## Broken rules", "", *broken, ""]
    elif is_whole:
        lines += ["No cell breaks a rule.", ""]
    return "\n".join(lines)

"""The answer of a run: a Markdown table for people, one JSON object for programs."""

from measures import REFERENCE, Row

SUBJECT = "phigate"


def subject_of(names: list[str]) -> str:
    """Whose ratios are given: ours, or the first peer when ours is not measured."""
    return SUBJECT if SUBJECT in names else names[0]


def table(rows: list[Row], names: list[str]) -> str:
    """One line a row: figures, ratios of the subject to each other peer, bar and verdict."""
    subject = subject_of(names)
    others = [name for name in names if name != subject]
    heads = ["measure", "unit", *names, *(f"{subject}/{other}" for other in others), "required", "verdict"]
    lines = [heads, ["---"] + ["---"] + ["---:"] * (len(names) + len(others)) + ["---"] * 2]
    for each in rows:
        figures = [_figure(each, name) for name in names]
        ratios = [_ratio(each.ratio(subject, other)) for other in others]
        lines.append([each.title, each.unit, *figures, *ratios, str(each.bar or ""), each.verdict()])
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join("| " + " | ".join(_pad(cell, width, column > 1 and column < len(heads) - 2)
                                       for column, (cell, width) in enumerate(zip(line, widths, strict=True))) + " |" for line in lines)


def notes(rows: list[Row], others: list[float]) -> list[str]:
    """What a reader must know to judge the figures."""
    lines = sorted({f"{each.name.split('.')[0]}: {each.note}" for each in rows if each.note})
    lines += sorted({f"{each.name.split('.')[0]}: {peer} FAILED: {problem.splitlines()[0][:300]}"
                     for each in rows for peer, problem in each.failures.items()})
    if others:
        ordered = sorted(others)
        typical, worst = ordered[len(ordered) // 2], ordered[-1]
        judged = " (disturbed: repeat on a quiet machine)" if typical > 0.25 else ""
        lines.append(f"the rest of the machine used {typical:.2f} cores in the median sample, {worst:.2f} in the worst{judged}")
    return lines


def document(rows: list[Row], names: list[str], facts: dict, others: list[float]) -> dict:
    """`ratios` is measure -> peer -> figure of the subject over the figure of that peer."""
    subject = subject_of(names)
    return {
        **facts,
        "subject": subject,
        "ratios": {each.name: {other: round(ratio, 4) for other in names if other != subject
                               and (ratio := each.ratio(subject, other)) is not None} for each in rows},
        "measures": [{
            "measure": each.name,
            "title": each.title,
            "unit": each.unit,
            "median": {name: _rounded(each.figure(name)) for name in names},
            "samples": {name: [_rounded(value) for value in values] for name, values in each.values.items()},
            "required": None if each.bar is None else
                {"atMost": each.bar.limit, "of": f"{subject}/{REFERENCE}" if each.bar.ratio else subject},
            "verdict": each.verdict() or None,
            "failures": each.failures,
            "note": each.note,
        } for each in rows],
        "otherWorkCores": [round(value, 3) for value in others],
    }


def missed(rows: list[Row]) -> list[str]:
    return [each.name for each in rows if each.verdict() == "MISS"]


def _figure(row: Row, name: str) -> str:
    value = row.figure(name)
    if value is None:
        return "failed" if name in row.failures else "-"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


def _pad(cell: str, width: int, right: bool) -> str:
    return cell.rjust(width) if right else cell.ljust(width)

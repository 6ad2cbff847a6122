"""The folder of an export: written beside, then renamed, so that a reader never meets half of one.

Here: files and the page that goes with them. Not here: what stands in a table (tables.py).
"""

import csv
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.export.errors import ExportError
from pipelines.export.figures import Academy, Published
from pipelines.export.tables import META, Table, Trust, without_urn
from pipelines.export.words import column_of

GUIDANCE = "data_guidance.txt"
PREFIX = "trust_"


@dataclass(frozen=True)
class Written:
    """What an export wrote, and which academies have no School rows."""

    folder: Path
    tables: list[Table]
    without_urn: list[Academy]


def write_folder(folder: Path, tables: Iterable[Table], published: Published, trust: Trust) -> Written:
    """Write data, metadata and guidance into `folder`; an earlier export there is replaced, anything else is never touched."""
    folder = folder.resolve()
    new, old = (folder.with_name(f".{folder.name}.{name}") for name in ("new", "old"))
    try:
        if old.exists() and not folder.exists():  # an export that was cut off between its two renames
            old.rename(folder)
        _refuse_what_is_not_ours(folder)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        written = Written(folder, list(tables), without_urn(published))
        for each in written.tables:
            _write_csv(new / f"{PREFIX}{each.name}.csv", each.columns, each.rows)
            _write_csv(new / f"{PREFIX}{each.name}.meta.csv", META, each.metadata)
        (new / GUIDANCE).write_text(guidance(published, trust, written.without_urn), encoding="utf-8")
        _put_in_place(new, folder, old)
    except OSError as error:
        raise ExportError(
            f"{folder} cannot be written ({error.strerror}). What stood there stands as it was; give another folder."
        ) from None
    return written


def _put_in_place(new: Path, folder: Path, old: Path) -> None:
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def guidance(published: Published, trust: Trust, left_out: list[Academy]) -> str:
    """What a reader of the files must know: periods, symbols, what is hidden and how far that goes, and each measure's definition."""
    lines = [f"{trust.name}: figures in the layout of DfE's open data standards", "", "Periods"]
    for time_period, end in published.period_ends.items():
        whole = "a whole academic year" if published.is_closed(time_period) else f"the year to date, counted to {end}"
        lines.append(f"  {time_period}: {whole}.")
    lines += [
        "",
        "Symbols",
        "  c    hidden: it tells, or would let somebody work out, something about few people.",
        "  x    not available: what it needs was not delivered, or the code is not known.",
        "  z    not applicable: nobody to count, or a measure that does not look at that group.",
        "  low  rounds to zero but is not zero.",
        "",
        "Small numbers",
        f"  A figure with 1 to {trust.suppress_below - 1} people in its denominator, its numerator or, for percentages, the rest "
        "is hidden, with its counts.",
        "  Others are hidden with it where a group, an academy or a phase could be worked out from the totals of these files.",
        "  Not guarded against: several sums solved together, exports of different days compared, topics that overlap, and what a reader",
        "  knows from elsewhere.",
        "  Look before you publish.",
        "",
        "Measures",
        *(f"  {column_of(each)}: {each.definition}" for each in sorted(published.measures)),
    ]
    if left_out:
        lines += ["", f"Not in the files of schools, for want of a URN: {', '.join(each.name for each in left_out)}."]
    return "\n".join(lines) + "\n"


def _refuse_what_is_not_ours(folder: Path) -> None:
    """A folder with anything in it that no export wrote is somebody's: replacing it would lose that."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ExportError(f"{folder} is a file. Give a folder that an export may make or replace.")
    others = sorted(each.name for each in folder.iterdir() if not _is_ours(each))
    if others:
        raise ExportError(
            f"{folder} holds something that no export wrote ({others[0]}). Give a folder of its own: an export replaces it whole."
        )


def _is_ours(path: Path) -> bool:
    return path.is_file() and (path.name == GUIDANCE or (path.name.startswith(PREFIX) and path.suffix == ".csv"))


def _write_csv(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)

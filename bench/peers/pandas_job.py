"""The whole job in pandas: read, type, map the codes, drop what came twice, store, count (`python -m bench.peers.pandas_job HOME OUT_DIR`).

An academy at a time, in as many processes as the floor has threads: no mark of one academy touches another's. Not here: reading the files
(pandas_read.py), lineage, checks.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from bench.peers.command import CODES_FILE, peer
from bench.peers.home import Home
from bench.peers.pandas_read import READERS, read_file

PROCESSES = 2
COUNTS = ("possible", "attending", "authorised", "unauthorised", "late")


def run(home: Home, out: Path) -> None:
    """Leave a Parquet file of typed marks for each academy, and answers.parquet, in `out`."""
    (out / "mark").mkdir()
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        answers = list(pool.map(partial(_academy, home, out), home.academies))
    pd.concat(answers, ignore_index=True).to_parquet(out / "answers.parquet", index=False)


def _academy(home: Home, out: Path, academy_id: str) -> pd.DataFrame:
    codes = pd.read_csv(CODES_FILE, index_col="mark_code", quoting=3, keep_default_na=False)
    marks = _marks(home, academy_id, list(codes.index))
    marks.to_parquet(out / "mark" / f"{academy_id}.parquet", index=False)
    counted = marks[marks["mark_code"].notna() & (marks["session_date"] <= pd.Timestamp(home.as_of))]
    counted = counted.assign(year_start=_year_start(counted["session_date"]))
    figures = [_session_figures(counted, codes, home), _pupil_figures(counted, codes)]
    return pd.concat(figures, ignore_index=True).assign(academy_id=academy_id)[
        ["academy_id", "measure_id", "period_type", "period_start", "numerator", "denominator"]
    ]


def _marks(home: Home, academy_id: str, mark_codes: Sequence[str]) -> pd.DataFrame:
    """The academy's marks, the last delivered of each session."""
    files = [(shape, file) for shape in READERS for file in home.files[shape] if file.academy_id == academy_id]
    read = [read_file(shape, file, home.files["wonde_code"], mark_codes) for shape, file in files]
    pupils = sorted(set().union(*(frame["pupil_id"].cat.categories for frame in read)))
    typed = [frame.assign(pupil_id=frame["pupil_id"].cat.set_categories(pupils)) for frame in read]
    marks = pd.concat(typed, ignore_index=True)
    return marks[~_key(marks, len(mark_codes)).duplicated(keep="last")]


def _key(marks: pd.DataFrame, mark_codes: int) -> pd.Series:
    """Pupil, day and session as one number, so that pandas hashes one column and not three. A week's counts have a code besides."""
    days = marks["session_date"].to_numpy().astype("datetime64[D]").astype("int64")
    key = (marks["pupil_id"].cat.codes.astype("int64") * 100_000 + days) * 3 + marks["session"].cat.codes
    code = marks["mark_code"].cat.codes.where(marks["session"] == "week", -1)
    return pd.Series(key * (mark_codes + 2) + code)


def _session_figures(marks: pd.DataFrame, codes: pd.DataFrame, home: Home) -> pd.DataFrame:
    by = ["year_start", "session_date", "session", "mark_code"]
    days = marks.groupby(by, observed=True)["sessions"].sum().reset_index().astype({"sessions": "int64"})
    periods = {
        "year_to_date": days["year_start"],
        "half_term": _half_term_start(days, home),
        "week": days["session_date"] - pd.to_timedelta(days["session_date"].dt.day_of_week, unit="D"),
    }
    counted = _counted(days, codes)
    figures = []
    for period_type, period_start in periods.items():
        counts = counted.groupby(period_start.rename("period_start"))[list(COUNTS)].sum()
        numerators = {
            "attendance_rate": counts["attending"],
            "absence_rate": counts["authorised"] + counts["unauthorised"],
            "authorised_absence_rate": counts["authorised"],
            "unauthorised_absence_rate": counts["unauthorised"],
            "late_rate": counts["late"],
        }
        figures += [_figures(measure, period_type, numerator, counts["possible"]) for measure, numerator in numerators.items()]
    return pd.concat(figures, ignore_index=True)


def _pupil_figures(marks: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    by = ["year_start", "pupil_id", "mark_code"]
    pupils = marks.groupby(by, observed=True)["sessions"].sum().reset_index().astype({"sessions": "int64"})
    counts = _counted(pupils, codes).groupby([pupils["year_start"], pupils["pupil_id"]], observed=True)[list(COUNTS)].sum()
    counts = counts[counts["possible"] > 0]
    absent = counts["authorised"] + counts["unauthorised"]
    year = [counts.index.get_level_values("year_start").rename("period_start")]
    denominator = counts.groupby(year).size()
    persistent, severe = ((absent * times >= counts["possible"]).groupby(year).sum() for times in (10, 2))
    return pd.concat(
        [
            _figures("persistent_absence_rate", "year_to_date", persistent, denominator),
            _figures("severe_absence_rate", "year_to_date", severe, denominator),
        ],
        ignore_index=True,
    )


def _counted(rows: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Each row's sessions under every count that its code belongs to."""
    of_row = codes.loc[rows["mark_code"]].reset_index(drop=True)
    kind = of_row["statistical_class"]
    is_in = {
        "possible": kind != "not_possible",
        "attending": kind.isin(["present", "activity"]),
        "authorised": kind == "authorised",
        "unauthorised": kind == "unauthorised",
        "late": of_row["is_late"],
    }
    return pd.DataFrame({count: rows["sessions"].where(is_in[count], 0) for count in COUNTS})


def _half_term_start(days: pd.DataFrame, home: Home) -> pd.Series:
    """The half-term that the day lies in; of a week's counts, the first one that the week touches."""
    until = days["session_date"] + pd.to_timedelta(np.where(days["session"] == "week", 6, 0), unit="D")
    start = pd.Series(pd.NaT, index=days.index, dtype="datetime64[s]")
    for one in reversed(home.half_terms):
        touches = (days["session_date"] <= pd.Timestamp(one.last_day)) & (until >= pd.Timestamp(one.first_day))
        start = start.mask(touches, pd.Timestamp(one.first_day))
    return start


def _year_start(dates: pd.Series) -> pd.Series:
    """1 August of each date's academic year, found once for each date."""
    days = pd.Series(dates.unique())
    years = days.dt.year - (days.dt.month < 8)
    starts = pd.Series(pd.to_datetime(years.astype(str) + "-08-01").to_numpy().astype("datetime64[s]"), index=days)
    return dates.map(starts)


def _figures(measure_id: str, period_type: str, numerator: pd.Series, denominator: pd.Series) -> pd.DataFrame:
    figures = pd.DataFrame({"numerator": numerator.astype("float64"), "denominator": denominator.astype("float64")}).reset_index()
    return figures.assign(measure_id=measure_id, period_type=period_type, period_start=figures["period_start"].dt.date)


if __name__ == "__main__":
    peer("pandas_job", run)

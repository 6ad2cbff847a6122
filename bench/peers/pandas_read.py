"""Files of marks to typed data frames: every column comes as a categorical from Arrow, so that pandas meets each pupil, day and code once.

Not here: opening the files (arrow_read.py), duplicates, measures, storing (pandas_job.py).
"""

import datetime
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from bench.peers.arrow_read import DAYS_OF_WEEK, read_table
from bench.peers.home import MarkFile

SESSIONS = ("AM", "PM", "week")
"""`week`: a count of sessions of the week that begins on session_date."""
DAYS_FIRST = "%d/%m/%Y"
WITH_TIME = "%Y-%m-%dT%H:%M:%S"
WITH_FRACTION = "%Y-%m-%d %H:%M:%S.%f"


class Codes:
    """The register's codes: blanks trimmed, ids looked up, sub-codes (I01) as their letter. An unknown code stops the job."""

    def __init__(self, mark_codes: Sequence[str], code_of: dict[str, str] | None = None):
        self._mark_codes = list(mark_codes)
        self._known = {code: place for place, code in enumerate(mark_codes)} | {"": -1, "-": -1}
        self._code_of = code_of

    def of(self, words: pd.Series) -> pd.Series:
        """The codes of a categorical of text; a session without a mark has none."""
        places = [self._known[self._code(str(word))] for word in words.cat.categories]
        of_word = np.array([*places, -1], dtype=np.int8)  # the last for a null, whose place is -1
        return _chosen(of_word[words.cat.codes.to_numpy()], self._mark_codes)

    def _code(self, word: str) -> str:
        code = (word if self._code_of is None else self._code_of[word]).strip()
        return code[0] if len(code) == 3 and code[1:].isdigit() else code


def read_file(shape: str, file: MarkFile, codes_files: Sequence[MarkFile], mark_codes: Sequence[str]) -> pd.DataFrame:
    """One file's marks: pupil_id, session_date, session, mark_code, sessions."""
    table = read_table(shape, file)
    words = {name: table[name].dictionary_encode().to_pandas() for name in table.column_names}
    return READERS[shape](words, Codes(mark_codes, _wonde_codes(codes_files, file) if shape == "wonde" else None))


def _wonde_codes(codes_files: Sequence[MarkFile], file: MarkFile) -> dict[str, str]:
    known = [read_table("wonde_code", one) for one in codes_files if one.academy_id == file.academy_id and one.on <= file.on]
    return {record["id"]: record["code"] for record in pa.concat_tables(known).to_pylist()}


Words = dict[str, pd.Series]


def _arbor(words: Words, codes: Codes) -> pd.DataFrame:
    marks = codes.of(words["MARK_CODE"])
    marks = marks.where(marks.notna(), codes.of(words["RAW_MARK"]))
    return _frame(words["STUDENT_ID"], _days(words["DATE"]), _sessions(words["PERIOD"]), marks)


def _canonical(words: Words, codes: Codes) -> pd.DataFrame:
    days, sessions = _days(words["session_date"]), _sessions(words["session"])
    return _frame(words["source_pupil_id"], days, sessions, codes.of(words["mark_code"]))


def _sims_mark(words: Words, codes: Codes) -> pd.DataFrame:
    days, sessions = _days(words["Mark Date"], DAYS_FIRST), _sessions(words["Session"])
    return _frame(words["Adno"], days, sessions, codes.of(words["Mark"]))


def _sims_day(words: Words, codes: Codes) -> pd.DataFrame:
    pupils, days = words["Adno"], _days(words["Date"], DAYS_FIRST)
    return pd.concat([_frame(pupils, days, _same(session, len(days)), codes.of(words[session])) for session in ("AM", "PM")])


def _bromcom(words: Words, codes: Codes) -> pd.DataFrame:
    days, sessions = _days(words["calendarStartDate"], WITH_TIME), _sessions(words["periodDisplayName"])
    return _frame(words["studentId"], days, sessions, codes.of(words["mark"]))


def _bromcom_week(words: Words, codes: Codes) -> pd.DataFrame:
    pupils, mondays = words["studentId"], _days(words["startDate"], WITH_TIME)
    sessions = [
        _frame(pupils, mondays + pd.Timedelta(days=after), _same(session, len(mondays)), codes.of(words[f"{day}{session}"]))
        for after, day in enumerate(DAYS_OF_WEEK)
        for session in ("AM", "PM")
    ]
    return pd.concat(sessions)


def _bromcom_count(words: Words, codes: Codes) -> pd.DataFrame:
    weeks = pd.Series(pd.Categorical(words["Year"].astype(int) * 100 + words["Week"].astype(int)))
    monday_of = [datetime.date.fromisocalendar(int(week) // 100, int(week) % 100, 1) for week in weeks.cat.categories]
    mondays = pd.Series(np.array(monday_of, dtype="datetime64[s]")[weeks.cat.codes.to_numpy()])
    frame = _frame(words["SchoolStudentId"], mondays, _same("week", len(mondays)), codes.of(words["AttendanceCode"]))
    return frame.assign(sessions=words["Count"].astype("uint8"))


def _wonde(words: Words, codes: Codes) -> pd.DataFrame:
    days, sessions = _days(words["date"], WITH_FRACTION), _sessions(words["session"])
    return _frame(words["student_id"], days, sessions, codes.of(words["attendance_code_id"]))


READERS: dict[str, Callable[[Words, Codes], pd.DataFrame]] = {
    "arbor": _arbor,
    "bromcom_count": _bromcom_count,
    "bromcom_week": _bromcom_week,  # the register itself, read after it, wins
    "bromcom": _bromcom,
    "sims_day": _sims_day,
    "sims_mark": _sims_mark,
    "wonde": _wonde,
    "canonical": _canonical,
}


def _days(words: pd.Series, date_format: str = "%Y-%m-%d") -> pd.Series:
    days = pd.to_datetime(words.cat.categories, format=date_format).to_numpy().astype("datetime64[s]")
    return pd.Series(days[words.cat.codes.to_numpy()])


def _sessions(words: pd.Series) -> pd.Series:
    return words.cat.set_categories(list(SESSIONS))


def _same(session: str, rows: int) -> pd.Series:
    return _chosen(np.full(rows, SESSIONS.index(session), dtype=np.int8), list(SESSIONS))


def _chosen(places: "np.ndarray[tuple[int], np.dtype[np.int8]]", texts: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(places, dtype=pd.CategoricalDtype(texts)))


def _frame(pupils: pd.Series, days: pd.Series, sessions: pd.Series, marks: pd.Series) -> pd.DataFrame:
    pupil_ids = pupils.cat.rename_categories(list(pupils.cat.categories.astype(str)))
    return pd.DataFrame({"pupil_id": pupil_ids, "session_date": days, "session": sessions, "mark_code": marks, "sessions": np.uint8(1)})

"""What the parts of trust.yml are written with: text, codes, days and academic years.

Here: types alone, for trust.py and the modules of its parts. Not here: any part itself.
"""

import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field


def academic_year(day: datetime.date) -> int:
    """The academic year of a date as DfE writes it: 202526 for 1 August 2025 to 31 July 2026."""
    start = day.year if day.month >= 8 else day.year - 1
    return start * 100 + (start + 1) % 100


def as_text(value: Any) -> Any:
    """Numbers that YAML read as such, where an identifier was meant (a LAESTAB, a group UID)."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_date(value: Any) -> Any:
    """A date with or without quotes; a date with a time keeps its day."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("expected a date written as 2025-09-01") from None
    if isinstance(value, datetime.date) or value is None:
        return value
    raise ValueError("expected a date written as 2025-09-01")


def _as_code(value: Any) -> Any:
    """A code, where YAML reads the words yes and no as something else."""
    return ("yes" if value else "no") if isinstance(value, bool) else as_text(value)


def _is_time_period(value: int) -> int:
    if not (190001 <= value <= 210000 and (value // 100 + 1) % 100 == value % 100):
        raise ValueError("expected an academic year as DfE writes it, such as 202526 for 2025/26")
    return value


Text = Annotated[str, BeforeValidator(as_text), Field(min_length=1)]
Code = Annotated[str, BeforeValidator(_as_code), Field(min_length=1)]
Day = Annotated[datetime.date, BeforeValidator(_as_date)]
TimePeriod = Annotated[int, AfterValidator(_is_time_period)]

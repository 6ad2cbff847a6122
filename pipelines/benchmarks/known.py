"""Which official files are known, and how one is recognised by its header.

Not here: reading it (load.py). The files themselves are data: known_files.yml.
"""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

KNOWN_FILES = Path(__file__).with_name("known_files.yml")


class Described(BaseModel):
    """A part of known_files.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Described):
    """A geographic level of the file: what it is called here, and which columns hold its code and name."""

    level: Literal["national", "regional", "local_authority", "school"]
    code: str
    name: str


class Indicator(Described):
    """One published figure: the measure it belongs to and, for absence by reason, the attendance code."""

    measure: str
    reason: str | None = None
    optional: bool = False


class KnownFile(Described):
    """One official file. `indicators` maps a column (other spellings after `|`) to a figure."""

    name: str
    title: str
    source: str
    series: str
    only: dict[str, str] = {}
    time_period: str
    level: str
    phase: str
    places: dict[str, Place]
    phases: dict[str, str]
    indicators: dict[str, Indicator]

    def columns_of_indicators(self, header: list[str]) -> dict[str, Indicator]:
        """The indicators that this header has, by the spelling it uses."""
        return {
            spelling: indicator
            for spellings, indicator in self.indicators.items()
            for spelling in spellings.split("|")
            if spelling in header
        }

    def missing_from(self, header: list[str]) -> list[str]:
        """The columns that a file of this kind must have and this header has not."""
        plain = [self.time_period, self.level, self.phase, *self.only]
        plain += [column for place in self.places.values() for column in (place.code, place.name)]
        missing = [column for column in dict.fromkeys(plain) if column not in header]
        missing += [
            spellings.split("|")[0]
            for spellings, indicator in self.indicators.items()
            if not indicator.optional and not any(spelling in header for spelling in spellings.split("|"))
        ]
        return missing


@cache
def known_files() -> tuple[KnownFile, ...]:
    """Every official file that can be loaded."""
    return tuple(KnownFile.model_validate(one) for one in yaml.safe_load(KNOWN_FILES.read_text(encoding="utf-8")))

"""What the map is worked out from, as data: map.yml as typed objects.

Here: reading it, once. Not here: the SQL of each kind of evidence (evidence/), nor what an academy delivered.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from pipelines.delegation import Area

Score = Literal["alignment", "autonomy", "transparency", "accountability"]
SCORES: tuple[Score, ...] = ("alignment", "autonomy", "transparency", "accountability")
QuadrantName = Literal["assistant", "authoritative", "laissez_faire", "isolated"]
WHOLE = "all"
SETTINGS = Path(__file__).with_name("map.yml")
EVIDENCE = Path(__file__).with_name("evidence")

_Points = Annotated[float, Field(gt=0, le=100)]
_Count = Annotated[int, Field(ge=1)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Said):
    """One kind of evidence: its words, how much it counts, and the areas that it speaks of (none: all)."""

    what: str
    weight: Annotated[float, Field(gt=0)]
    says: str
    others: str
    nothing: str
    look: str
    names: bool = False
    areas: tuple[Area, ...] = ()


class High(_Said):
    """From which points on a score is high."""

    alignment: _Points
    autonomy: _Points


class Quadrant(_Said):
    """Where a quadrant lies."""

    is_aligned: bool
    is_autonomous: bool


class Settings(_Said):
    """The whole of map.yml."""

    high_from: High
    quadrants: dict[QuadrantName, Quadrant]
    counted_days: _Count
    areas: dict[Area, tuple[str, ...]]
    evidence: dict[Score, dict[str, Kind]]


@cache
def settings() -> Settings:
    """The settings of this version of Matlas."""
    return Settings.model_validate(yaml.safe_load(SETTINGS.read_text(encoding="utf-8")))


@cache
def sql_of(score: Score, kind: str) -> str:
    """The query that counts a kind of evidence: academy_id, area, thing, is_so."""
    return (EVIDENCE / score / f"{kind}.sql").read_text(encoding="utf-8")

"""trust.yml: who the trust is, which academies it has, and what it has decided.

Here: the schema of the one file that a person edits, its defaults, and the questions other modules ask of it. Not here: the
parts that have a module of their own (goals, scales, readers, delegation, alerts), how a mistake is worded (trust_errors.py), the usual
English half-terms (usual_calendar.py), and anything an academy delivers.
"""

import csv
import datetime
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.alert_delegation import alert_delegation_mistakes
from pipelines.alert_settings import AlertSettings, alert_mistakes
from pipelines.delegation import Delegations, delegation_mistakes
from pipelines.goals import Goals, goal_mistakes, measures_with_goals
from pipelines.readers import Access, access_mistakes
from pipelines.retention import Retention
from pipelines.scales import Scales
from pipelines.trust_errors import Place, TrustConfigError, lines_of, nearest, sentences, told
from pipelines.trust_types import Code, Day, Text, TimePeriod, academic_year, as_text
from pipelines.usual_calendar import usual_half_terms

__all__ = ["HALF_TERMS", "Academy", "Limits", "TrustConfig", "TrustConfigError", "academic_year", "load_trust"]

Phase = Literal["nursery", "primary", "middle", "secondary", "all_through", "special", "alternative_provision", "post16"]
Mode = Literal["snapshot", "year", "window"]
HALF_TERMS = ("HT1", "HT2", "HT3", "HT4", "HT5", "HT6")
ACADEMY_ID = re.compile(r"^[a-z][a-z0-9_]{1,30}$")
SOURCES = Path(__file__).parent / "sources"
OF_ANYBODY = "recognised_by:"  # in a profile.yml: its files may come to any academy, and it is nobody's MIS
RESERVED_IDS = ("trust", "all")


@cache
def _systems() -> list[str]:
    profiles = SOURCES.glob("*/profile.yml")
    return sorted(path.parent.name for path in profiles if OF_ANYBODY not in path.read_text(encoding="utf-8"))


def _is_an_mis(value: str) -> str:
    if value not in (known := _systems()):
        raise ValueError(f"expected one of {', '.join(known)}.{nearest(value, known)}")
    return value


HalfTermName = Literal["HT1", "HT2", "HT3", "HT4", "HT5", "HT6"]
HalfTerms = dict[HalfTermName, tuple[Day, Day]]
Calendar = dict[TimePeriod, HalfTerms]


class Section(BaseModel):
    """A part of trust.yml: unknown keys are mistakes, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TrustSection(Section):
    """`trust:` who the trust is."""

    name: Text
    group_uid: Text | None = None
    timezone: str = "Europe/London"

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value != cls.model_fields["timezone"].default and value not in available_timezones():  # a search of the disk
            raise ValueError("expected a time zone such as Europe/London")
        return value


class Limits(Section):
    """`limits:` when a file or a batch must wait for a person. Percentages 0–100."""

    max_rejected_pct: float = Field(default=5, ge=0, le=100)
    max_shrink_pct: float = Field(default=20, ge=0, le=100)
    max_file_gib: float = Field(default=2, gt=0)
    max_compression: float = Field(default=200, ge=1)
    max_json_page_mib: float = Field(default=64, gt=0)


class Privacy(Section):
    """`privacy:` where the pseudonym key is, and below how many people a figure is suppressed."""

    pseudonym_key_env: str = "MATLAS_PSEUDONYM_KEY"
    suppress_below: int = Field(default=6, ge=1)


class Academy(Section):
    """One row of `academies:`. Its own columns, codes, modes, scales and calendar stand above the MIS's and the trust's."""

    id: str
    urn: int | None = Field(default=None, ge=100000, le=999999)
    laestab: Annotated[str, BeforeValidator(as_text), Field(pattern=r"^[0-9]{3}/?[0-9]{4}$")] | None = None
    name: Text
    phase: Phase
    region: str | None = None
    mis: Annotated[str, AfterValidator(_is_an_mis)]
    joined_on: Day | None = None
    left_on: Day | None = None
    columns: dict[str, dict[str, Text]] = {}
    codes: dict[str, dict[Text, Code]] = {}
    modes: dict[str, Mode] = {}
    scales: Scales = {}
    calendar: Calendar = {}

    @field_validator("id")
    @classmethod
    def _is_an_id(cls, value: str) -> str:
        if not ACADEMY_ID.match(value):
            raise ValueError("expected 2 to 31 lower-case letters, digits and _, beginning with a letter, such as ashby")
        if value in RESERVED_IDS:
            raise ValueError("'trust' and 'all' mean the whole trust; give this academy another id")
        return value

    @field_validator("laestab")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.replace("/", "") if value else value

    @model_validator(mode="after")
    def _joins_before_it_leaves(self) -> "Academy":
        if self.joined_on and self.left_on and self.left_on < self.joined_on:
            raise ValueError("left_on is before joined_on")
        return self


class TrustConfig(Section):
    """The whole of trust.yml."""

    trust: TrustSection
    academies: Annotated[list[Academy], Field(min_length=1)]
    calendar: Calendar = {}
    scales: Scales = {}
    goals: Goals = {}
    limits: Limits = Limits()
    privacy: Privacy = Privacy()
    access: Access = Access()
    delegation: Delegations = []
    alerts: AlertSettings = AlertSettings()
    retention: Retention = Retention()
    as_of: Day | None = None

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "TrustConfig":
        ids = [academy.id for academy in self.academies]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"two academies have the id {', '.join(twice)}; each needs its own")
        return self

    @property
    def calendar_is_default(self) -> bool:
        """No calendar is given, so England's usual half-terms are used (a warning says so)."""
        return not self.calendar

    def academy(self, academy_id: str) -> Academy:
        """The academy with this id; KeyError when there is none."""
        for academy in self.academies:
            if academy.id == academy_id:
                return academy
        raise KeyError(academy_id)

    def half_terms(self, academy: Academy | None, time_period: int) -> dict[str, tuple[datetime.date, datetime.date]]:
        """First and last school day of each half-term: the academy's own, else the trust's (`academy` None: the trust's).

        Empty for a year that the calendar leaves out; England's usual half-terms when trust.yml has no calendar at all.
        """
        trusts = usual_half_terms(time_period) if self.calendar_is_default else self.calendar.get(time_period, {})
        own = academy.calendar.get(time_period, {}) if academy else {}
        half_terms = {str(name): days for name, days in trusts.items()}
        half_terms.update((str(name), days) for name, days in own.items())
        return half_terms

    def today(self) -> datetime.date:
        """Today in the trust's time zone: the as-of date of an ordinary night."""
        return datetime.datetime.now(ZoneInfo(self.trust.timezone)).date()


def _calendar_mistakes(calendar: Calendar) -> list[tuple[Place, str]]:
    """Mistakes a type cannot see: half-terms out of order, or outside their academic year."""
    mistakes: list[tuple[Place, str]] = []
    for time_period, half_terms in calendar.items():
        before: datetime.date | None = None
        for half_term in sorted(half_terms):
            first, last = half_terms[half_term]
            place = ("calendar", time_period, half_term)
            if last < first:
                mistakes.append((place, f"ends ({last}) before it begins ({first})."))
            if academic_year(first) != time_period or academic_year(last) != time_period:
                mistakes.append((place, f"lies outside the academic year {time_period} (1 August to 31 July)."))
            if before and first <= before:
                mistakes.append((place, f"begins ({first}) before the half-term before it has ended ({before})."))
            before = last
    return mistakes


def load_trust(path: Path) -> TrustConfig:
    """Read and check a trust.yml.

    Raises TrustConfigError, whose text names every mistake with its line, its key, what was expected and the nearest valid value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TrustConfigError(path, [f"{path} does not exist. `matlas init DIR --demo` makes a trust home to start from."]) from None
    except UnicodeDecodeError as error:
        raise TrustConfigError(path, [f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8."]) from None
    except OSError as error:
        raise TrustConfigError(path, [f"{path} cannot be read: {error.strerror}."]) from None
    lines, data = lines_of(path, text)
    try:
        config = TrustConfig.model_validate(data)
    except ValidationError as error:
        raise TrustConfigError(path, sentences(path, lines, error.errors(), TrustConfig)) from None
    mistakes = _mistakes(config)
    if mistakes:
        raise TrustConfigError(path, [told(path, lines, place, what) for place, what in mistakes])
    return config


def _mistakes(config: TrustConfig) -> list[tuple[Place, str]]:
    """Mistakes that the types cannot see, each with its place."""
    ids = [academy.id for academy in config.academies]
    mistakes = [*_calendar_mistakes(config.calendar), *_goal_mistakes(config.goals, ids)]
    mistakes += [(("access", *place), what) for place, what in access_mistakes(config.access, ids)]
    mistakes += [(("alerts", *place), what) for place, what in alert_mistakes(config.alerts, ids)]
    scheme = [*delegation_mistakes(config.delegation, ids), *alert_delegation_mistakes(config.delegation)]
    mistakes += [(("delegation", *place), what) for place, what in scheme]
    for number, academy in enumerate(config.academies):
        own = [*_calendar_mistakes(academy.calendar), *_name_mistakes(academy)]
        mistakes += [(("academies", number, *place), what) for place, what in own]
    return mistakes


def _goal_mistakes(goals: Goals, academy_ids: list[str]) -> list[tuple[Place, str]]:
    """Measures that nobody knows, and what is wrong with the goals of the others."""
    known = measures_with_goals()
    mistakes: list[tuple[Place, str]] = [(("goals", *place), what) for place, what in goal_mistakes(goals, academy_ids)]
    unknown = set(goals) - {str(place[1]) for place, _ in mistakes} - set(known)
    return mistakes + [(("goals", name), f"is no measure.{nearest(name, known)}") for name in goals if name in unknown]


@cache
def _known_names() -> tuple[dict[str, list[str]], list[str]]:
    """The contract's columns by entity, and its code sets."""
    contract = list(csv.DictReader((SOURCES / "contract.csv").read_text(encoding="utf-8").splitlines()))
    columns: dict[str, list[str]] = {}
    for row in contract:
        columns.setdefault(row["entity"], []).append(row["column"])
    return columns, sorted({row["code_set"] for row in contract if row["code_set"]})


def _name_mistakes(academy: Academy) -> list[tuple[Place, str]]:
    """Entities, columns and code sets that the contract does not know."""
    columns, code_sets = _known_names()
    mistakes: list[tuple[Place, str]] = []

    def expect(place: Place, valid: list[str]) -> None:
        if place[-1] not in valid:
            mistakes.append((place, f"is not known here.{nearest(str(place[-1]), valid) or ' Known: ' + ', '.join(valid) + '.'}"))

    for entity, headings in academy.columns.items():
        expect(("columns", entity), list(columns))
        for column in headings if entity in columns else ():
            expect(("columns", entity, column), columns[entity])
    for code_set in academy.codes:
        expect(("codes", code_set), code_sets)
    for entity in academy.modes:
        expect(("modes", entity), list(columns))
    return mistakes

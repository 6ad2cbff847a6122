"""Assessment scales: which results of a scale are below, at and above what is expected.

Here: the shape of a scale in trust.yml, the common scales that come with Matlas (scales.yml), and the rows of ref.scale. Not here: which
result was given on which scale (models/measures/progress), and what a stage's codes mean (the seed ref_result_code).
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Standing = Literal["below", "expected", "above"]
STANDINGS: tuple[Standing, ...] = ("below", "expected", "above")
ANY = "any"  # the scale of results for which the MIS names none
USUAL = "WTS/EXS/GDS"  # what `any` is where trust.yml says nothing: statutory codes, which mean one thing everywhere
EVERYBODY = "all"
COMMON_SCALES = Path(__file__).with_name("scales.yml")


def _as_result(value: Any) -> Any:
    """A result as text, where YAML reads 4 as a number and the words yes and no as something else."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | int | float) else value


Result = Annotated[str, BeforeValidator(_as_result), Field(min_length=1)]
Results = Annotated[list[Result], BeforeValidator(_as_list)]


class Scale(BaseModel):
    """One scale of trust.yml: its results by name, or the lowest points that are expected and above, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    below: Results = []
    expected: Results = []
    above: Results = []
    expected_from: float | None = None
    above_from: float | None = None

    @model_validator(mode="after")
    def _says_what_is_expected(self) -> "Scale":
        if not self.expected and self.expected_from is None:
            raise ValueError("a scale says what is expected: `expected: [EXS]` by name, or `expected_from: 4` by points")
        if self.above_from is not None and (self.expected_from is None or self.above_from <= self.expected_from):
            raise ValueError("above_from is higher than expected_from; give both")
        names = [_key(result) for standing in STANDINGS for result in getattr(self, standing)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"a result has one standing; {', '.join(twice)} stands here twice")
        return self


@dataclass(frozen=True)
class ScaleRow:
    """One row of ref.scale: a result by name, or the lowest points (None: any lower ones), and its standing."""

    academy_id: str
    scale: str
    result: str | None
    lowest_points: float | None
    standing: str
    described_in: str


@cache
def common_scales() -> Mapping[str, Scale]:
    """The scales that come with Matlas, by name."""
    content = yaml.safe_load(COMMON_SCALES.read_text(encoding="utf-8"))
    return {name: Scale.model_validate(scale) for name, scale in content.items()}


def _of_that_name(value: Any) -> Any:
    """The common scale that a text names."""
    if not isinstance(value, str):
        return value
    known = list(common_scales())
    if value not in known:
        near = difflib.get_close_matches(value, known, n=1, cutoff=0.5)
        raise ValueError(f"expected one of {', '.join(known)}, or a scale of your own.{f' Did you mean `{near[0]}`?' if near else ''}")
    return common_scales()[value]


def _are_named_apart(scales: dict[str, Scale]) -> dict[str, Scale]:
    names = [_key(name) for name in scales]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"capitals do not tell scales apart: {', '.join(twice)} stands here twice")
    return scales


Scales = Annotated[dict[Result, Annotated[Scale, BeforeValidator(_of_that_name)]], AfterValidator(_are_named_apart)]
"""`scales:` of trust.yml: what each scale's results mean; a common scale may be named instead."""


def scale_rows(of_all: Mapping[str, Scale], of_academies: Mapping[str, Mapping[str, Scale]]) -> Iterator[ScaleRow]:
    """The rows of ref.scale: the common scales, those of the trust in their place, and each academy's own."""
    described = {_key(name) for name in of_all}
    for name, scale in {**common_scales(), ANY: common_scales()[USUAL]}.items():
        if _key(name) not in described:
            yield from _rows(EVERYBODY, name, scale, "Matlas")
    for owner, scales in {EVERYBODY: of_all, **of_academies}.items():
        for name, scale in scales.items():
            yield from _rows(owner, name, scale, "trust.yml")


def _rows(owner: str, name: str, scale: Scale, described_in: str) -> Iterator[ScaleRow]:
    for standing in STANDINGS:
        for result in getattr(scale, standing):
            yield ScaleRow(owner, name, result, None, standing, described_in)
    if scale.expected_from is not None:
        yield ScaleRow(owner, name, None, None, "below", described_in)
        yield ScaleRow(owner, name, None, scale.expected_from, "expected", described_in)
    if scale.above_from is not None:
        yield ScaleRow(owner, name, None, scale.above_from, "above", described_in)


def _key(text: str) -> str:
    return text.strip().upper()

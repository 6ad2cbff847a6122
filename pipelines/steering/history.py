"""Where the scores stood at the end of the half-terms before.

Here: which half-term a night belongs to, what is kept of it and what tonight is compared with. A night in the holidays belongs to the
half-term before them. Not here: where it is kept (pipelines/store/map_scores.py).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.steering.settings import SCORES
from pipelines.store.home import Home
from pipelines.store.map_scores import KeptScores, MapScores
from pipelines.trust import TrustConfig, academic_year

COMPARED = 2
"""How many earlier half-terms stand beside tonight's scores."""


def half_terms_until(trust: TrustConfig, day: date) -> list[tuple[int, str]]:
    """The trust's half-terms that began by a day, newest first: of its academic year and the one before."""
    this_year = academic_year(day)
    years = (this_year, academic_year(day.replace(year=day.year - 1, day=1)))
    begun = [(dates[0], (year, name)) for year in years for name, dates in trust.half_terms(None, year).items() if dates[0] <= day]
    return [half_term for _, half_term in sorted(begun, reverse=True)]


def points_before(trust: TrustConfig, day: date, kept: Sequence[KeptScores]) -> Iterator[dict[str, Any]]:
    """The kept points of the half-terms before that of `day`, with how many half-terms ago each was."""
    before = {half_term: ago for ago, half_term in enumerate(half_terms_until(trust, day)[: COMPARED + 1]) if ago}
    for each in kept:
        ago = before.get((each.time_period, each.half_term))
        if ago is not None:
            for score in SCORES:
                yield {
                    "academy_id": each.academy_id,
                    "area": each.area,
                    "score": score,
                    "half_terms_ago": ago,
                    "points": getattr(each, score),
                    "as_of": each.as_of,
                }


def kept_scores(home: Home) -> list[KeptScores]:
    """What earlier nights left."""
    with MapScores(home.manifest) as scores:
        return scores.all()


def keep_scores(home: Home, trust: TrustConfig, published: Path, day: date) -> None:
    """Remember the scores of a published night; nothing where the calendar has no half-term for it."""
    half_terms = half_terms_until(trust, day)
    if not half_terms:
        return
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.execute(f"select academy_id, area, as_of, {', '.join(SCORES)} from marts.alignment_autonomy").fetchall()
    with MapScores(home.manifest) as scores:
        scores.keep(KeptScores(academy_id, area, *half_terms[0], as_of, *points) for academy_id, area, as_of, *points in rows)

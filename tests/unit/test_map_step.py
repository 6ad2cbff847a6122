"""The steps of the map: drawn before the swap, shown after it; the night is published either way."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.job import steps
from pipelines.job.night import Night
from pipelines.publish import PublishedFile
from pipelines.steering import kept_scores
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from tests.helpers.steering_warehouse import DAY, some_steering
from tests.helpers.three_academies import the_trust, warehouse

MOMENT = datetime(2026, 1, 31, tzinfo=UTC)


def night_of(root: Path, as_at: datetime | None = None) -> Night:
    return Night(Home(root), the_trust(root), RunRequest(run_id="run-0", as_of=DAY, as_at=as_at))


def candidate(night: Night) -> None:
    """The page's three academies as the file that is about to be published."""
    night.home.candidate.parent.mkdir(parents=True)
    with warehouse(night.trust) as connection:
        connection.execute(f"attach '{night.home.candidate}' as kept")
        connection.execute("copy from database memory to kept")


def test_the_map_is_drawn_into_the_candidate(tmp_path: Path) -> None:
    night = night_of(tmp_path)
    candidate(night)

    steps.draw_map(night)

    with duckdb.connect(str(night.home.candidate), read_only=True) as connection:
        found = connection.execute("select academy_id, alignment from marts.alignment_autonomy where area = 'all' order by all").fetchall()
    assert found == [("ash", 90.0), ("birch", 44.2), ("cedar", 70.0)]


def test_a_run_that_looks_back_draws_and_shows_none(tmp_path: Path) -> None:
    night = night_of(tmp_path, as_at=MOMENT)
    night.published = PublishedFile(some_steering().write(night.home.published_file), MOMENT, 1, {})

    steps.draw_map(night)  # there is no candidate to open

    assert steps.show_map(night) is None
    assert not night.home.steering_page.exists()


def test_a_map_that_cannot_be_drawn_is_a_sentence(tmp_path: Path) -> None:
    night = night_of(tmp_path)
    night.home.candidate.parent.mkdir(parents=True)

    with pytest.raises(steps.SteeringError, match="The warehouse is published without it"):
        steps.draw_map(night)


def test_the_page_stands_beside_the_warehouse_and_its_scores_are_kept(tmp_path: Path) -> None:
    night = night_of(tmp_path)
    night.published = PublishedFile(some_steering().write(night.home.published_file), MOMENT, 1, {})

    assert steps.show_map(night) == tmp_path / "published" / "steering.html"

    assert "<code>run-0</code>" in night.home.steering_page.read_text(encoding="utf-8")
    kept = {(each.academy_id, each.area): each for each in kept_scores(night.home)}
    assert (kept["elm", "all"].half_term, kept["elm", "all"].as_of, kept["elm", "all"].accountability) == ("HT4", date(2026, 3, 13), None)


def test_a_page_that_cannot_be_written_takes_the_old_one_away(tmp_path: Path) -> None:
    night = night_of(tmp_path)
    night.published = PublishedFile(tmp_path / "none.duckdb", MOMENT, 1, {})
    night.home.steering_page.parent.mkdir()
    night.home.steering_page.write_text("of another night")

    with pytest.raises(steps.ReportError, match="The page of the map and the alerts could not be written"):
        steps.show_map(night)

    assert not night.home.steering_page.exists()

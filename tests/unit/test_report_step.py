"""The night's last step: the report stands beside the warehouse of its own run, or none does; the night is published either way."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import pipelines.report
from pipelines.job import steps
from pipelines.job.night import Night
from pipelines.publish import PublishedFile
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers.quality_warehouse import some_trust

SURNAME = "Quillfeather-Onslow"


def published_night(root: Path, as_at: datetime | None = None) -> Night:
    (root / "trust.yml").write_text("trust: {name: Small Trust}\nacademies:\n  - {id: ashby, name: Ashby, phase: primary, mis: arbor}\n")
    home = Home(root)
    file = some_trust().write(home.published_file)
    night = Night(home, load_trust(home.trust_file), RunRequest(run_id="run-0", as_of=date(2026, 3, 12), as_at=as_at))
    night.published = PublishedFile(file, datetime.now(UTC), 1, {})
    return night


def test_the_report_stands_beside_the_warehouse_and_names_its_run(tmp_path: Path) -> None:
    night = published_night(tmp_path)

    assert steps.report(night) == tmp_path / "published" / "quality.html"
    text = night.home.quality_report.read_text(encoding="utf-8")
    assert "<code>run-0</code>" in text
    assert '<p class="trust">Small Trust</p>' in text


def test_a_run_that_looks_back_writes_none_and_leaves_tonights(tmp_path: Path) -> None:
    night = published_night(tmp_path, as_at=datetime(2026, 1, 31, tzinfo=UTC))
    night.home.quality_report.write_text("tonight's")

    assert steps.report(night) is None
    assert night.home.quality_report.read_text() == "tonight's"


def test_a_night_that_published_nothing_leaves_the_report_of_what_stands(tmp_path: Path) -> None:
    night = published_night(tmp_path)
    night.published = None
    night.home.quality_report.write_text("of the published file")

    assert steps.report(night) is None
    assert night.home.quality_report.read_text() == "of the published file"


def test_what_goes_wrong_is_one_sentence_without_data_and_no_old_report_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night = published_night(tmp_path)
    steps.report(night)

    def quotes(*_: object) -> Path:
        raise ValueError(f"cannot write {SURNAME}")

    monkeypatch.setattr(pipelines.report, "write_report", quotes)
    with pytest.raises(steps.ReportError) as failed:
        steps.report(night)

    assert SURNAME not in str(failed.value)
    assert "The warehouse is published and whole" in str(failed.value)
    assert not night.home.quality_report.exists()
    assert night.home.published_file.exists()

"""What the terminal says of what waits: each kind of file that was left has advice of its own, and a check that was not run is seen."""

from pathlib import Path

import pytest

from pipelines.commands.status import print_quality
from pipelines.commands.waiting import what_waits
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import UnknownFile


@pytest.mark.parametrize(
    ("reason_code", "advice"),
    [
        ("unknown_file", "Rename it"),
        ("unreadable_file", "Let the account that runs Matlas read it"),
        ("still_being_written", "Nothing: the next run reads it"),
        ("empty_file", "Deliver it again"),
        ("too_large", "in parts"),
    ],
)
def test_a_file_that_was_left_has_the_advice_of_its_reason(tmp_path: Path, reason_code: str, advice: str) -> None:
    home = Home(tmp_path)
    home.prepare()
    with Manifest(home.manifest) as manifest:
        manifest.save_unknown_files(["ashby"], [UnknownFile("ashby", "marks.csv", reason_code, "Why.")])

    (waiting,) = what_waits(home, None)

    assert waiting.what == "marks.csv: Why."
    assert advice in waiting.do
    assert ("Rename" in waiting.do) == (reason_code == "unknown_file")


def test_a_check_that_was_not_run_is_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    quality = {
        "integrated": {"pass": 1, "fail": 1, "not_run": 2},
        "lifecycle": {"not_run": 1},
        "plausibility": {"pass": 3, "not_applicable": 1},
        "timeliness": {"not_applicable": 1},
    }

    print_quality([{"academy_id": "ashby", "quality": quality}])

    (line,) = [each for each in capsys.readouterr().out.splitlines() if "ashby" in each]
    assert [each.strip() for each in line.split("  ") if each.strip()] == ["ashby", "1 of 2, 2 not run", "–, 1 not run", "0 of 3", "–"]

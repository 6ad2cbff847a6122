"""`matlas decide` on a home with alerts of our own making."""

import datetime as dt
import getpass
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build.inputs import INTERVENTION
from pipelines.cli import run
from pipelines.store.home import Home
from pipelines.store.interventions import Intervention, Interventions
from tests.build_fixture import RUN_TABLES
from tests.unit.test_interventions import ALERT

TRUST_YML = (
    "trust: {name: Test}\nas_of: 2026-03-02\nacademies:\n"
    "  - {id: ashby, name: Ashby, phase: primary, mis: matlas}\n  - {id: birch, name: Birch, phase: primary, mis: matlas}\n"
)
OTHER = replace(ALERT, alert_id="sudden_change.birch.late_rate.2026-02-27", academy_id="birch", sentence="Lateness was 9.0 %.")
SAID = ("--by", "Director of primary", "--why", "our lead joins on Mondays", "--until", "2026-04-30")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "trust.yml").write_text(TRUST_YML, encoding="utf-8")
    home = Home(tmp_path)
    with Interventions(home.manifest) as store:
        store.save([ALERT, OTHER, replace(OTHER, alert_id="over", state="resolved")])
    return home


def matlas(home: Home, *arguments: str) -> int:
    return run(["decide", *arguments, "--home", str(home.root)])


def kept(home: Home) -> list[Intervention]:
    with Interventions(home.manifest) as store:
        return store.interventions()


def test_a_decision_keeps_who_decided_and_who_typed_it(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert matlas(home, "goal_breached.ashby", "assist", *SAID) == 0

    (decided,) = kept(home)
    assert (decided.alert_id, decided.decision, decided.decided_on) == (ALERT.alert_id, "assist", dt.date(2026, 3, 2))
    assert (decided.decided_by, decided.typed_by) == ("Director of primary", getpass.getuser())
    assert "assist until 2026-04-30, by Director of primary: our lead joins on Mondays" in capsys.readouterr().out


def test_without_an_alert_those_that_are_open_are_listed_decided_or_not(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    matlas(home, "goal_breached.ashby", "monitor", *SAID)
    capsys.readouterr()
    assert matlas(home) == 0

    said = capsys.readouterr().out
    waiting, decided = said.split("Decided\n")
    assert OTHER.alert_id in waiting
    assert ALERT.alert_id in decided
    assert "sit back and monitor until 2026-04-30" in decided
    assert "over" not in said.split()
    assert matlas(home, "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert [each["alert_id"] for each in value["without_a_decision"]] == [OTHER.alert_id]
    assert [each["decision"] for each in value["decided"]] == ["monitor"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("goal_breached.ashby",), "A decision needs assist or monitor, --by, --why, --until too"),
        (("goal_breached.ashby", "assist", *SAID[:4]), "A decision needs --until too"),
        (("goal_breached.ashby", "assist", *SAID[:5], "soon"), "“soon” is not a date"),
        (("goal_breached.ashby", "assist", *SAID[:5], "2026-03-02"), "is not after today"),
        (("2026-02-27", "assist", *SAID), "is a part of 2 open alerts"),
        (("elder", "assist", *SAID), "There is no open alert “elder”"),
        (("over", "assist", *SAID), "over is over"),
        (SAID, "Say on which alert"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_kept(
    home: Home, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert matlas(home, *arguments) == 2

    assert said in capsys.readouterr().err
    assert kept(home) == []


def test_a_home_without_an_alert_has_nothing_to_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trust.yml").write_text(TRUST_YML, encoding="utf-8")

    assert matlas(Home(tmp_path)) == 0
    assert "nothing to decide" in capsys.readouterr().out


def test_the_build_is_given_what_tests_lay_into_it() -> None:
    assert [column.split()[0] for column in RUN_TABLES["intervention"].split(", ")] == list(INTERVENTION)

"""Alerts of real nights: from the deliveries that stay away to marts.alert, the manifest, the command and a person's word.

The small trust, whose registers end on Thursday 11 September; on the night of the 16th three school days are missing at both academies.
That run is killed after its swap. On the 17th ashby has delivered again, birch has not.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from pipelines.store.alerts import Alerts
from pipelines.store.home import Home
from tests.helpers.home import Outcome, TrustHome
from tests.helpers.shared import copied
from tests.helpers.small import ALL_HERE, MONDAY, marks, named
from tests.helpers.stages import stages

THIRD_DAY, NEXT_DAY = dt.date(2025, 9, 16), dt.date(2025, 9, 17)
STALE = "select academy_id, state, raised_on, last_seen_on, state_since from marts.alert where rule = 'stale' order by all"


@dataclass(frozen=True)
class Nights:
    home: TrustHome
    first: list[tuple[Any, ...]]
    kept_by_the_killed: int
    second: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def nights(small_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    home = copied(small_night, tmp_path_factory.mktemp("alerts") / "home")
    stages(home, THIRD_DAY, is_killed=True)
    first = home.query(STALE)
    with Alerts(Home(home.root).manifest) as kept:
        kept_by_the_killed = len(kept.all())
    days = [MONDAY + dt.timedelta(days=number) for number in range(9)]
    register = {day: ALL_HERE for day in days if day.weekday() < 5}
    home.deliver("ashby", {named("attendance_mark", THIRD_DAY): marks(register)})
    stages(home, NEXT_DAY)
    return Nights(home, first, kept_by_the_killed, home.query(STALE))


def typed(nights: Nights, *words: str) -> Outcome:
    return nights.home.here("alerts", *words)


def test_each_academy_without_deliveries_raises_one_alert(nights: Nights) -> None:
    assert nights.first == [(each, "raised", THIRD_DAY, THIRD_DAY, THIRD_DAY) for each in ("ashby", "birch")]


def test_a_run_that_was_killed_before_it_kept_them_is_made_good_by_the_next(nights: Nights) -> None:
    assert nights.kept_by_the_killed == 0
    with Alerts(Home(nights.home.root).manifest) as kept:
        assert [(each.alert_id.split(".")[1], each.state, each.day) for each in kept.events()] == [
            ("ashby", "raised", THIRD_DAY),
            ("birch", "raised", THIRD_DAY),
            ("ashby", "resolved", NEXT_DAY),
        ]


def test_the_data_resolve_the_one_and_the_other_lasts(nights: Nights) -> None:
    assert nights.second == [
        ("ashby", "resolved", THIRD_DAY, THIRD_DAY, NEXT_DAY),
        ("birch", "raised", THIRD_DAY, NEXT_DAY, THIRD_DAY),
    ]


def test_the_command_says_what_is_open_in_plain_words(nights: Nights) -> None:
    said = typed(nights)
    assert said.code == 0
    assert "Birch School" in said.out
    assert "! No new attendance has been accepted since 11 September 2025: 4 of the academy's school days." in said.out
    assert "stale.birch.attendance.2025-09-16" in said.out
    assert "ashby" not in said.out
    assert "resolved by the data on 17 September" in typed(nights, "--all").out
    assert typed(nights, "--academy", "ashby").out == "No alert is open.\n"
    (alert,) = typed(nights, "--json").json()
    assert (alert["academy_id"], alert["value"], alert["limit"], alert["handled_by"]) == ("birch", 4.0, 3.0, None)


def test_the_status_says_how_many_are_open(nights: Nights) -> None:
    assert "1 alert is open, 1 of them taken up by nobody yet: `matlas alerts`." in nights.home.here("status").out
    assert nights.home.here("status", "--json").json()["alerts"] == {"open": 1, "raised": 1}


def test_a_person_takes_it_up_closes_it_and_the_reason_is_kept(nights: Nights) -> None:
    assert typed(nights, "acknowledge", "birch").code == 2, "a reason is asked for"
    taken = typed(nights, "acknowledge", "stale.birch", "--why", "the server is being moved")
    assert taken.code == 0
    assert "stale.birch.attendance.2025-09-16 is acknowledged, by " in taken.out
    assert typed(nights, "acknowledge", "birch", "--why", "again").code == 2
    assert "nobody yet" not in nights.home.here("status").out
    assert "being handled" in typed(nights, "handle", "birch", "--why", "moved back").out
    assert "is closed, by" in typed(nights, "close", "birch", "--why", "it delivers by hand").out
    assert "it delivers by hand" in typed(nights, "--all").out
    assert typed(nights).out == "No alert is open.\n"
    over = typed(nights, "close", "stale.birch.attendance.2025-09-16", "--why", "x")
    assert over.code == 2
    assert "is over: closed since 2025-09-30" in over.text
    assert "There is no open alert “birch”: none is open." in typed(nights, "close", "birch", "--why", "x").text


def test_options_before_a_subcommand_are_not_lost_in_silence(nights: Nights) -> None:
    assert "Options stand after the subcommand" in typed(nights, "--all", "close", "x", "--why", "x").text

"""Judgements are kept as long as exactly the same is judged; anything else, and `--full`, asks Great Expectations anew."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from pipelines.quality import gx
from pipelines.quality.gx import Assertion, Judgement
from pipelines.quality.judged import judged
from pipelines.store.home import Home

ASKED = [Assertion("a", "one", "a"), Assertion("a hold", "one", "a", column="failed_pct", at_most=30)]


class Judge:
    """Counts how often Great Expectations is asked, and lets it answer."""

    def __init__(self) -> None:
        self.asked = 0
        self._own = gx.judge

    def __call__(self, database: Path, assertions: Sequence[Assertion], key: str) -> dict[str, Judgement]:
        self.asked += 1
        return self._own(database, assertions, key)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    with duckdb.connect(str(findings_of(home))) as connection:
        connection.execute("create table finding (finding text, academy_id text, checked bigint, failed bigint, failed_pct double)")
        connection.execute("insert into finding values ('a', 'ashby', 10, 4, 40), ('a', 'brook', 10, 1, 10), ('b', 'ashby', 10, 1, 10)")
    return home


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    judge = Judge()
    monkeypatch.setattr(gx, "judge", judge)
    return judge


def findings_of(home: Home) -> Path:
    return home.root / "findings.duckdb"


def change(home: Home, sql: str) -> None:
    with duckdb.connect(str(findings_of(home))) as connection:
        connection.execute(sql)


def night(home: Home, asked: Sequence[Assertion] = ASKED, *, is_full: bool = False) -> dict[str, set[str]]:
    found = judged(home, findings_of(home), asked, "academy_id", is_full=is_full)
    assert all(each.has_run for each in found.values())
    return {name: set(each.broken_by) for name, each in found.items()}


def test_the_same_findings_are_judged_once_and_the_judgement_is_the_same(home: Home, judge: Judge) -> None:
    first = night(home)

    assert first == {"a": {"ashby", "brook"}, "a hold": {"ashby"}}
    assert night(home) == first
    assert judge.asked == 1


def test_findings_in_another_order_and_of_others_are_the_same(home: Home, judge: Judge) -> None:
    first = night(home)
    change(home, "create table again as select * from finding order by academy_id desc")
    change(home, "delete from finding; insert into finding select * from again; update finding set failed = 9 where finding = 'b'")

    assert night(home) == first
    assert judge.asked == 1


@pytest.mark.parametrize(
    ("sql", "broken_by"),
    [
        ("update finding set failed = 0, failed_pct = 0 where academy_id = 'brook'", {"a": {"ashby"}, "a hold": {"ashby"}}),
        ("update finding set academy_id = 'croft' where academy_id = 'ashby'", {"a": {"brook", "croft"}, "a hold": {"croft"}}),
        ("insert into finding values ('a', 'croft', 1, 1, 100)", {"a": {"ashby", "brook", "croft"}, "a hold": {"ashby", "croft"}}),
        ("delete from finding", {"a": set(), "a hold": set()}),
    ],
)
def test_other_findings_are_judged_anew(home: Home, judge: Judge, sql: str, broken_by: dict[str, set[str]]) -> None:
    night(home)
    change(home, sql)

    assert night(home) == broken_by
    assert judge.asked == 2


def test_another_limit_is_judged_anew(home: Home, judge: Judge) -> None:
    night(home)

    assert night(home, [Assertion("a", "one", "a", at_most=2)]) == {"a": {"ashby"}}
    assert judge.asked == 2


def test_full_asks_again(home: Home, judge: Judge) -> None:
    assert night(home) == night(home, is_full=True)
    assert judge.asked == 2


def test_a_file_cut_short_is_no_judgement(home: Home, judge: Judge) -> None:
    first = night(home)
    (home.store / "quality" / "judged.json").write_text('{"ab')

    assert night(home) == first
    assert judge.asked == 2


def test_what_could_not_be_run_is_asked_again(home: Home, judge: Judge) -> None:
    change(home, "alter table finding alter failed_pct type varchar using 'not a number'")

    for _ in range(2):
        found = judged(home, findings_of(home), ASKED, "academy_id", is_full=False)
        assert not found["a hold"].has_run
    assert judge.asked == 2


def test_two_things_judged_in_turn_are_both_kept(home: Home, judge: Judge) -> None:
    other = [Assertion("b", "two", "b")]

    assert [night(home), night(home, other)] == [night(home), night(home, other)]
    assert judge.asked == 2

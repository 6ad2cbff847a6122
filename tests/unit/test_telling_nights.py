"""Whole nights of telling, with a real mail server and a real webhook receiver: nothing is lost, nothing is told twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.alerts.telling import compose, send, tell
from pipelines.store.home import PROJECT_ROOT, Home
from pipelines.store.outbox import NewMessage, Outbox
from pipelines.trust import TrustConfig
from tests.helpers.telling import alert, feb, free_port, keep, mail_server, trust_of, webhook


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def trust(home: Home) -> TrustConfig:
    return trust_of(home.root)


def test_a_channel_down_for_three_nights_loses_nothing_and_tells_each_thing_once(
    home: Home, trust: TrustConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Monday to Wednesday nothing answers. On Thursday four messages come in their order: raised, raised, resolved, and Thursday's own."""
    monday = alert(raised_on=feb(2), sentence="What Monday found.")
    tuesday = alert(raised_on=feb(3), sentence="What Tuesday found.")
    over = alert(raised_on=feb(2), sentence="What Monday found.", state="resolved", state_since=feb(4))
    thursday = alert(raised_on=feb(5), sentence="What Thursday found.")
    monkeypatch.setenv("MATLAS_TELL_ASHBY", f"mailto://me:hunter2@127.0.0.1:{free_port()}?from=a@b.example&mode=insecure")
    monkeypatch.delenv("MATLAS_TELL_TRUST", raising=False)
    nights = []
    for day, found in ((2, [monday]), (3, [tuesday]), (4, [over])):
        keep(home, *found)
        nights.append(tell(home, trust, feb(day)))

    assert [(each.written, each.sent, each.waiting) for each in nights] == [(1, 0, 1), (1, 0, 2), (1, 0, 3)]
    (fault,) = nights[2].faults
    assert fault.startswith(
        "ashby_leaders: 3 messages wait since 2 February 2026. Nothing answers at its address (ConnectionRefusedError)."
    )

    with mail_server() as mailbox:
        monkeypatch.setenv("MATLAS_TELL_ASHBY", mailbox.address())
        keep(home, thursday)
        assert (tell(home, trust, feb(5)).sent, tell(home, trust, feb(5)).sent) == (4, 0)

    assert [each.subject for each in mailbox.mails] == [
        "[Matlas 2026-02-02 no. 1] Larch Trust: 1 new",
        "[Matlas 2026-02-03 no. 2] Larch Trust: 1 new",
        "[Matlas 2026-02-04 no. 3] Larch Trust: 1 resolved",
        "[Matlas 2026-02-05 no. 4] Larch Trust: 1 new",
    ]
    said = "".join(each.text for each in mailbox.mails)
    assert [said.count(words) for words in ("What Monday found.", "What Tuesday found.", "What Thursday found.")] == [2, 1, 1]
    with Outbox(home.manifest) as outbox:
        assert [(each.state, each.tries) for each in outbox.messages()] == [("sent", 4), ("sent", 1), ("sent", 1), ("sent", 1)]


def test_one_message_for_each_reader_and_night_each_over_its_own_channel(
    home: Home, trust: TrustConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home, alert(), alert(rule="stale", alert_id="stale.ashby.attendance"), alert("cedar"))
    with mail_server() as mailbox, webhook() as hook:
        monkeypatch.setenv("MATLAS_TELL_ASHBY", mailbox.address())
        monkeypatch.setenv("MATLAS_TELL_TRUST", hook.address)
        told = tell(home, trust, feb(2))

    assert (told.written, told.sent, told.waiting, told.faults) == (2, 2, 0, ())
    assert [each.subject for each in mailbox.mails] == ["[Matlas 2026-02-02 no. 1] Larch Trust: 2 new"]
    assert [each["title"] for each in hook.posts] == ["[Matlas 2026-02-02 no. 1] Larch Trust: 1 new"]


def test_one_reader_whose_channel_is_down_holds_up_no_other(home: Home, trust: TrustConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(home, alert(), alert("cedar"))
    monkeypatch.delenv("MATLAS_TELL_ASHBY", raising=False)
    with webhook() as hook:
        monkeypatch.setenv("MATLAS_TELL_TRUST", hook.address)
        told = tell(home, trust, feb(2))

    assert (told.sent, told.waiting, len(hook.posts)) == (1, 1, 1)
    assert "MATLAS_TELL_ASHBY is not set where Matlas runs" in told.faults[0]


def test_the_published_calendar_keeps_a_closed_academy_quiet(home: Home, trust: TrustConfig) -> None:
    """The file says that ashby has no school on Monday the 2nd; trust.yml alone would have it open."""
    home.published.mkdir()
    with duckdb.connect(str(home.published_file)) as connection:
        connection.execute("create schema core")
        connection.execute("create table core.dim_school_day (academy_id varchar, session_date date, is_school_day boolean)")
        connection.execute("insert into core.dim_school_day values ('ashby', '2026-02-02', false), ('ashby', '2026-02-03', true)")
    keep(home, alert())

    assert [len(compose(home, trust, feb(day))) for day in (2, 3)] == [0, 1]


def test_a_night_that_is_killed_while_a_message_is_on_its_way_sends_it_again_and_says_so(
    home: Home, trust: TrustConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel has taken it, and the process dies before it can note that: at least once, under the same number."""
    keep(home, alert())
    killed: list[subprocess.Popen[bytes]] = []
    with webhook() as hook:
        monkeypatch.setenv("MATLAS_TELL_ASHBY", hook.address)
        hook.meanwhile = lambda: killed[0].send_signal(signal.SIGKILL)
        program = (
            "import datetime, pathlib, sys; from pipelines.alerts.telling import tell; from pipelines.store.home import Home; "
            "from pipelines.trust import load_trust; home = Home(pathlib.Path(sys.argv[1])); "
            "sys.stdin.read(1); tell(home, load_trust(home.trust_file), datetime.date(2026, 2, 2))"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(home.root)], stdin=subprocess.PIPE, cwd=PROJECT_ROOT, env=dict(os.environ)
        )
        killed.append(process)
        process.communicate(b".")
        assert process.returncode == -signal.SIGKILL
        hook.meanwhile = lambda: None
        assert tell(home, trust, feb(3)).sent == 1

    first, again = hook.posts
    assert first["title"] == again["title"] == "[Matlas 2026-02-02 no. 1] Larch Trust: 1 new"
    assert again["message"].startswith("You may have had this message before")
    assert not first["message"].startswith("You may")


def test_a_message_and_the_note_of_what_it_tells_are_written_together_or_not_at_all(home: Home) -> None:
    """The second message tells its reader something again: neither is kept."""
    first = NewMessage("ashby_leaders", feb(2), "1 new", "text", (("stale.ashby", "raised"),))
    with Outbox(home.manifest) as outbox:
        with pytest.raises(sqlite3.IntegrityError):
            outbox.write([first, first])
        assert (outbox.messages(), outbox.known()) == ([], [])
        outbox.write([first])
        assert [(each.number, each.alerts, each.state, each.tries) for each in outbox.messages()] == [(1, 1, "waiting", 0)]


def test_a_reader_whom_trust_yml_no_longer_has_is_sent_nothing_and_loses_nothing(
    home: Home, trust: TrustConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home, alert())
    monkeypatch.delenv("MATLAS_TELL_ASHBY", raising=False)
    tell(home, trust, feb(2))
    without = trust_of(home.root, readers="")

    assert send(home, without).waiting == 0
    with webhook() as hook:
        monkeypatch.setenv("MATLAS_TELL_ASHBY", hook.address)
        assert send(home, trust).sent == 1


def test_without_readers_nobody_is_told_and_nothing_is_written(home: Home) -> None:
    keep(home, alert())

    assert tell(home, trust_of(home.root, readers=""), feb(2)).written == 0
    with Outbox(home.manifest) as outbox:
        assert outbox.messages() == []

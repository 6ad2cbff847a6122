"""`matlas alerts outbox`, `send`, `test`, and what `status` and `doctor` say of channels, as a person types them."""

from pathlib import Path

import pytest

from pipelines.alerts.telling import tell
from pipelines.store.home import Home
from tests.helpers.home import TrustHome
from tests.helpers.telling import READERS, TRUST_YML, alert, feb, keep, trust_of, webhook

SECRET = "hunter2-s3cret"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrustHome:
    """A home whose only reader's channel is not set up; a message waits since 2 February 2026."""
    for variable in ("MATLAS_TELL_ASHBY", "MATLAS_TELL_BIRCH", "MATLAS_TELL_TRUST"):
        monkeypatch.delenv(variable, raising=False)
    home = Home(tmp_path / "home")
    trust = trust_of(home.root, "as_of: 2026-02-02\n")
    keep(home, alert())
    tell(home, trust, feb(2))
    return TrustHome(home.root)


def test_what_waits_is_shown_with_why_and_goes_out_when_the_channel_is_there(home: TrustHome, monkeypatch: pytest.MonkeyPatch) -> None:
    (waiting,) = home.here("alerts", "outbox", "--json").json()
    assert (waiting["reader"], waiting["number"], waiting["state"], waiting["tries"]) == ("ashby_leaders", 1, "waiting", 1)
    assert "MATLAS_TELL_ASHBY is not set" in home.here("alerts", "outbox").out
    assert "1 message to ashby_leaders not taken since 2026-02-02: `matlas alerts outbox`." in home.here("status").out
    assert "$MATLAS_TELL_ASHBY, $MATLAS_TELL_BIRCH, $MATLAS_TELL_TRUST not set here" in home.here("doctor").out

    down = home.here("alerts", "send")
    assert (down.code, "0 messages sent, 1 wait." in down.out) == (3, True)
    with webhook() as hook:
        monkeypatch.setenv("MATLAS_TELL_ASHBY", hook.address)
        up = home.here("alerts", "send")
    assert (up.code, up.out) == (0, "1 message sent.\n")
    assert [each["title"] for each in hook.posts] == ["[Matlas 2026-02-02 no. 1] Larch Trust: 1 new"]
    assert "No message waits" in home.here("alerts", "outbox").out
    assert len(home.here("alerts", "outbox", "--all", "--json").json()) == 1


def test_a_preview_shows_what_waits_and_what_tonight_would_tell_and_sends_nothing(home: TrustHome) -> None:
    keep(Home(home.root), alert("cedar"))
    shown = home.here("alerts", "send", "--preview").out

    assert "--- to ashby_leaders: [Matlas 2026-02-02 no. 1] Larch Trust: 1 new" in shown
    assert "--- to central_team: Larch Trust: 1 new" in shown
    assert "Cedar School: Lateness was 9.0 % in the week." in shown
    assert [each["tries"] for each in home.here("alerts", "outbox", "--json").json()] == [1]


def test_a_trial_message_is_sent_and_what_fails_is_said_without_the_address(home: TrustHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with webhook() as hook:
        monkeypatch.setenv("MATLAS_TELL_TRUST", hook.address)
        assert "has taken the trial message" in home.here("alerts", "test", "central_team").out
        hook.answer = 404
        monkeypatch.setenv("MATLAS_TELL_TRUST", f"{hook.address}/{SECRET}")
        down = home.here("alerts", "test", "central_team")
    assert ["trial" in each["title"] for each in hook.posts] == [True]
    assert (down.code, SECRET in down.text) == (1, False)
    assert "central_team could not be reached. It answered 404: there is nothing at the address any more." in down.text
    assert "Did you mean “central_team”?" in home.here("alerts", "test", "central").text


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        (READERS.replace("MATLAS_TELL_BIRCH", f"'mailto://me:{SECRET}@x.example'"), "is no name of an environment variable"),
        (READERS.replace("name: birch_leaders", "name: ashby_leaders"), "is ashby_leaders a second time"),
        (READERS.replace(", is_trust: true", ""), "is told of nothing; expected such as `academies: [ashby]`, or `is_trust: true`"),
        (READERS.replace("[birch]", "[brich]"), "Did you mean `birch`?"),
        (READERS + "delegation: [{decision: alerts on attendence, decided_by: trust}]", "Did you mean `alerts on attendance`?"),
        (READERS + "delegation: [{decision: alerts, decided_by: trust}]", "of alerts it has to say which"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_an_address_is_not_repeated(tmp_path: Path, yaml: str, said: str) -> None:
    home = TrustHome(tmp_path / "home")
    home.write_trust(TRUST_YML + yaml)
    outcome = home.here("alerts", "send")

    assert outcome.code == 2
    assert said in outcome.text
    assert "trust.yml line" in outcome.text
    assert SECRET not in outcome.text

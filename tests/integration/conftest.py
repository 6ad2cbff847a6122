"""What the integration tests share: homes after one night. Read them; a test that runs another night does so on a copy."""

import shutil
from dataclasses import dataclass

import pytest

from pipelines.trust import load_trust
from tests.helpers.audiences import make_audiences
from tests.helpers.begun import begun
from tests.helpers.home import PROJECT, Outcome, TrustHome
from tests.helpers.shared import made_once
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, THURSDAY, TUESDAY, TWO_ILL, WEDNESDAY, marks, named, small_home
from tests.helpers.stages import stages
from tests.integration import golden
from tests.integration.golden import ashby, birch, cedar, dale, elm

SITES = {"ashby": ashby, "birch": birch, "cedar": cedar, "dale": dale, "elm": elm}


@dataclass(frozen=True)
class Night:
    """A home after one run of the command."""

    home: TrustHome
    outcome: Outcome


def golden_home(home: TrustHome) -> TrustHome:
    """Lay out the golden trust's deliveries."""
    home.write_trust(golden.TRUST_YML)
    for academy_id, site in SITES.items():
        home.deliver(academy_id, dict(site.files()))
    return home


@pytest.fixture(scope="session")
def golden_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The golden trust after its first night, by the command."""
    home = golden_home(TrustHome(tmp_path_factory.mktemp("golden") / "home"))
    return Night(home, home.here("run"))


@pytest.fixture(scope="session")
def demo_night(tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    """The demo (data_samples/) after its night."""

    def make(home: TrustHome) -> None:
        shutil.copytree(PROJECT / "data_samples", home.root, ignore=shutil.ignore_patterns("store", "published"))
        as_of = load_trust(home.root / "trust.yml").as_of
        assert as_of
        stages(begun(tmp_path_factory, home), as_of)

    return made_once(tmp_path_factory, "demo", make)


# What the small trust delivered before its first night: ashby's Monday is 18 of 20 sessions, birch's week 72 of 80.
FIRST_REGISTERS = {
    "ashby": {MONDAY: ONE_ILL},
    "birch": {MONDAY: ALL_HERE, TUESDAY: ONE_ILL, WEDNESDAY: ONE_ILL, THURSDAY: TWO_ILL},
}


@pytest.fixture(scope="session")
def small_night(tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    """The small trust after its first night, as of Friday."""

    def make(home: TrustHome) -> None:
        begun(tmp_path_factory, small_home(home.root))
        for academy_id, register in FIRST_REGISTERS.items():
            home.deliver(academy_id, {named("attendance_mark", THURSDAY): marks(register)})
        stages(home, FRIDAY)

    return made_once(tmp_path_factory, "small", make)


@pytest.fixture(scope="session")
def audiences_night(tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    """Two schools after their night, with a file for each audience."""
    return made_once(tmp_path_factory, "audiences", make_audiences)

"""What the integration tests share: the golden home, run once."""

from dataclasses import dataclass

import pytest

from tests.helpers.home import Outcome, TrustHome
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
    """The golden trust after its first night, by the command in its own process. Read it; do not change it."""
    home = golden_home(TrustHome(tmp_path_factory.mktemp("golden") / "home"))
    return Night(home, home.matlas("run"))

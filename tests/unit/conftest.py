"""What unit tests share."""

import pytest

from pipelines.quality import gx
from tests.helpers.quick_judge import quick_judge


@pytest.fixture
def quick_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings are judged here, without waiting for Great Expectations."""
    monkeypatch.setattr(gx, "judge", quick_judge)

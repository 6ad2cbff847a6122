"""Decisions that are taken in trust.yml: goals, who decides what, who may read. The run that finds a change writes it into the ledger.

Here: comparing what trust.yml says with the last that the ledger knows. Not here: what they mean (goals.py, delegation.py, readers.py), nor
any other decision: whoever keeps one writes it down itself.
"""

import getpass
import json
from collections import defaultdict
from typing import Any

from pydantic import BaseModel

from pipelines.store.ledger import Entry, Ledger
from pipelines.trust import TrustConfig

FIRST_SEEN = "(first seen in trust.yml)"
CHANGED = "(changed in trust.yml)"
TAKEN_AWAY = "(no longer in trust.yml)"


def note_agreed(ledger: Ledger, trust: TrustConfig) -> int:
    """Write down what trust.yml says otherwise than the ledger knows; how many entries."""
    who = f"found in trust.yml by the run of {_account()}"
    entries: list[Entry] = []
    for kind, said in (("goal", _goals(trust)), ("delegation", _delegations(trust)), ("access", _access(trust))):
        known = {subject: entry.detail.get("is") for subject, entry in ledger.last(kind).items()}
        for subject in [*said, *(each for each in known if each not in said)]:
            was, now = known.get(subject), said.get(subject)
            if was != now:
                why = FIRST_SEEN if was is None else CHANGED if now is not None else TAKEN_AWAY
                entries.append(Entry(kind, subject, None, {"was": was, "is": now}, who, why))
    if entries:
        ledger.add(entries)
    return len(entries)


def _goals(trust: TrustConfig) -> dict[str, Any]:
    """By measure, the goals as they stand in trust.yml."""
    return {measure_id: [_plain(goal) for goal in goals] for measure_id, goals in trust.goals.items() if goals}


def _delegations(trust: TrustConfig) -> dict[str, Any]:
    """By decision, who takes it for which academies."""
    said: dict[str, list[Any]] = defaultdict(list)
    for delegation in trust.delegation:
        said[" ".join(delegation.decision.split())].append(_plain(delegation))
    return dict(said)


def _access(trust: TrustConfig) -> dict[str, Any]:
    """The audiences, and each login by its name."""
    said: dict[str, Any] = {f"login {name}": _plain(login) for name, login in trust.access.logins.items()}
    return {"audiences": list(trust.access.audiences)} | said if trust.access.audiences or said else {}


def _plain(model: BaseModel) -> dict[str, Any]:
    """What was set, as JSON reads it back: a field that a later Matlas adds is no change."""
    said: dict[str, Any] = json.loads(model.model_dump_json(exclude_defaults=True))
    return said


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as containers have
        return "an account without a name"

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
Place = tuple[str, str | None]
"""What an entry is about: its subject, and the academy where it is one academy's own."""
Said = dict[Place, Any]


def note_agreed(ledger: Ledger, trust: TrustConfig) -> int:
    """Write down what trust.yml says otherwise than the ledger knows; how many entries."""
    who = f"found in trust.yml by the run of {_account()}"
    entries: list[Entry] = []
    for kind, said in (("goal", _goals(trust)), ("delegation", _delegations(trust)), ("access", _access(trust))):
        known = {place: entry.detail.get("is") for place, entry in ledger.last(kind).items()}
        for place in [*said, *(each for each in known if each not in said)]:
            was, now = known.get(place), said.get(place)
            if was != now:
                why = FIRST_SEEN if was is None else CHANGED if now is not None else TAKEN_AWAY
                entries.append(Entry(kind, *place, {"was": was, "is": now}, who, why))
    if entries:
        ledger.add(entries)
    return len(entries)


def _goals(trust: TrustConfig) -> Said:
    """By measure, the goals as they stand in trust.yml: an academy's own apart from those of the whole trust."""
    said: dict[Place, list[Any]] = defaultdict(list)
    for measure_id, goals in trust.goals.items():
        for goal in map(_plain, goals):
            said[measure_id, goal.get("academy")].append(goal)
    return dict(said)


def _delegations(trust: TrustConfig) -> Said:
    """By decision, who takes it for which academies."""
    said: dict[Place, list[Any]] = defaultdict(list)
    for delegation in trust.delegation:
        said[" ".join(delegation.decision.split()), None].append(_plain(delegation))
    return dict(said)


def _access(trust: TrustConfig) -> Said:
    """The audiences, and each login by its name."""
    said: Said = {(f"login {name}", None): _plain(login) for name, login in trust.access.logins.items()}
    return {("audiences", None): list(trust.access.audiences)} | said if trust.access.audiences or said else {}


def _plain(model: BaseModel) -> dict[str, Any]:
    """What was set, as JSON reads it back: a field that a later Matlas adds is no change."""
    said: dict[str, Any] = json.loads(model.model_dump_json(exclude_defaults=True))
    return said


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as containers have
        return "an account without a name"

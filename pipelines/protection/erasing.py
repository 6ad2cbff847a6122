"""Beginning an erasure: what will go, and writing it down so that the next night does it.

Here: counting what is held, the files of landing that still hold the person, and the record. Not here: the taking out
(ingest/forgetting.py) and the night that makes everything anew (job). From the record on nothing about the person is kept: a night that is
killed knows from hashes whom to take out.
"""

from collections import Counter
from dataclasses import dataclass

from pipelines.protection.held import Held, held_of
from pipelines.protection.people import Asked, Person, PersonError, find
from pipelines.store.erasures import Erasures
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.pseudonyms import pseudonym_key
from pipelines.trust import TrustConfig


@dataclass(frozen=True)
class Plan:
    """What an erasure will take out: rows by academy and table, and lines by academy and file as they still lie in landing."""

    person: Person
    counts: dict[str, dict[str, int]]
    in_landing: Counter[tuple[str, str]]

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(sum(each.values()) for each in self.counts.values())


def plan(home: Home, trust: TrustConfig, asked: Asked) -> Plan:
    """Find the person and count. Raises PersonError where nobody or more than one is found."""
    person = find(home, asked)
    held = held_of(home, trust, person)
    return Plan(person, held.counts(), _in_landing(home, held))


def begin(home: Home, trust: TrustConfig, planned: Plan, by: str, why: str) -> int:
    """Write the erasure down; returns its number. Raises PersonError where the reason given names the person: it is kept."""
    if planned.person.is_named_in(why):
        raise PersonError("The reason is kept as evidence, so it must not name the person. Say it without a name or a number.")
    key = pseudonym_key(home, trust.privacy.pseudonym_key_env)
    with Erasures(home.manifest) as erasures:
        erasures.sought(home, trust.privacy.pseudonym_key_env)  # with another key than the earlier ones it must not begin
        said = [words for words in erasures.said() if planned.person.is_named_in(words)]
        return erasures.begin(planned.person.kind, key, planned.person.hashes(key), by, why, planned.counts, said)


def _in_landing(home: Home, held: Held) -> Counter[tuple[str, str]]:
    """Which of the person's files lie in landing still, by the name of the file itself (a zip, not its entry)."""
    path_of = {}
    with Manifest(home.manifest) as manifest:
        for delivery in manifest.deliveries():
            for file in delivery.files:
                path_of[delivery.academy_id, file.name] = file.path.as_posix()
    found: Counter[tuple[str, str]] = Counter()
    for (academy_id, name), lines in held.files().items():
        path = path_of.get((academy_id, name), name)
        if (home.landing(academy_id) / path).is_file():
            found[academy_id, path] += lines
    return found

"""A person's word on a batch: let it in, or leave it out; kept with who, when and why.

Here: recording it. It holds for the content, so for every delivery of it, and counts from the next run. Not here: what a verdict makes of
it (verdicts.py).
"""

from difflib import get_close_matches

from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import Decision, DecisionWord


class DecisionError(Exception):
    """The decision cannot be taken; the message says why and what to do."""


def record(home: Home, batch_id: str, decision: DecisionWord, by: str, why: str) -> Decision:
    """Keep a decision. Raises DecisionError for a batch that is not known, or one that no decision can let in."""
    with Manifest(home.manifest) as manifest:
        deliveries = {each.batch_id: each for each in manifest.deliveries()}
        if batch_id not in deliveries:
            near = get_close_matches(batch_id, deliveries, n=3, cutoff=0.4)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise DecisionError(f"There is no batch {batch_id}.{hint} `matlas batches` lists them.")
        delivery = deliveries[batch_id]
        reading = manifest.readings().get(delivery.content_id)
        if decision == "accept" and reading is not None and reading.status == "rejected":
            raise DecisionError(f"{batch_id} cannot be accepted, for it cannot be read. {reading.reason}")
        return manifest.add_decision(delivery, decision, by, why)

"""What Matlas needs to know of the dbt project's models, seeds and tests: read from a small kept file, so that a night on which dbt has
nothing to do need not import it.

Here: the nodes and their file, which lies beside the parsed project and has its name (dbt_manifest.py). Not here: running them (dbt.py).
"""

import contextlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from pipelines.build.dbt_manifest import cache_folder, keep, kept_manifest, project_hash

KINDS = ("model", "seed", "test")
SEEDS = "seeds"  # the folder of the seeds and of their own tests, which no night runs
SUFFIX = ".night.json"


@dataclass(frozen=True)
class Node:
    """A model, seed or data test of a model; the names are dbt's. `slices` is what its YAML or config says of its
    parts (slices.py).
    """

    unique_id: str
    resource_type: str
    name: str
    schema: str
    alias: str
    description: str
    depends_on: list[str]
    attached_node: str | None
    relation: str
    is_view: bool
    columns: list[str]
    slices: dict[str, Any]


def project_nodes() -> Mapping[str, Node]:
    """Every model, seed and data test of a night, by its dbt id, as dbt's own manifest describes it."""
    file = cache_folder() / f"dbt-{project_hash()}{SUFFIX}"
    with contextlib.suppress(OSError, ValueError, TypeError):  # not there, cut short or of another shape: ask dbt again
        return {each["unique_id"]: Node(**each) for each in orjson.loads(file.read_bytes())}
    nodes = [_node(each) for each in kept_manifest().nodes.values() if _is_of_a_night(each)]
    keep(file, orjson.dumps([asdict(each) for each in nodes]))
    return {each.unique_id: each for each in nodes}


def _is_of_a_night(node: Any) -> bool:
    is_seeds_own_test = str(node.resource_type) == "test" and all(parent.startswith("seed.") for parent in node.depends_on.nodes)
    return str(node.resource_type) in KINDS and bool(node.config.enabled) and not is_seeds_own_test


def _node(node: Any) -> Node:
    kind = str(node.resource_type)
    return Node(
        unique_id=str(node.unique_id),
        resource_type=kind,
        name=str(node.name),
        schema=str(node.schema),
        alias=str(node.alias or node.name),
        description=str(node.description or ""),
        depends_on=[] if kind == "seed" else [str(parent) for parent in node.depends_on.nodes],
        attached_node=getattr(node, "attached_node", None),
        relation=str(node.relation_name or ""),
        is_view=str(node.config.materialized) == "view",
        columns=list(node.columns),
        slices=dict(node.config.meta.get("slices", {})) if kind != "seed" else {},
    )

"""The dbt project as Dagster sees it: each model an asset, each data test a check on the model it is about.

Here: the translation, from dbt's own manifest. Not here: running dbt (pipelines/build/dbt.py). dagster-dbt would do the same and streams
events from a second process; its import alone costs more than our whole translation.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

ASSET_KINDS = ("model", "seed")


@dataclass(frozen=True)
class DbtSpecs:
    """What the dbt step will materialize and check, by dbt id; an asset stands after those it reads, as Dagster wants it."""

    assets: dict[str, dg.AssetSpec]
    checks: dict[str, dg.AssetCheckSpec]


def dbt_specs(nodes: Mapping[str, Any], inputs: dg.AssetKey) -> DbtSpecs:
    """Translate the nodes of a dbt manifest; what reads a source depends on the asset `inputs`."""
    assets = {
        unique_id: dg.AssetSpec(
            asset_key(node),
            deps=_dependencies(node, nodes, inputs),
            description=node.description or None,
            group_name=_group(node),
            kinds={"duckdb", "dbt"},
            skippable=True,
        )
        for unique_id, node in _parents_first(nodes)
    }
    checks = {}
    for unique_id, node in nodes.items():
        tested = _tested(node, assets)
        if tested:
            checks[unique_id] = dg.AssetCheckSpec(_check_name(node.name), asset=assets[tested].key, description=node.description or None)
    return DbtSpecs(assets, checks)


def _parents_first(nodes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    tables = {unique_id: node for unique_id, node in nodes.items() if str(node.resource_type) in ASSET_KINDS and node.config.enabled}
    parents = {unique_id: [] if str(node.resource_type) == "seed" else node.depends_on.nodes for unique_id, node in tables.items()}
    return [(unique_id, tables[unique_id]) for unique_id in TopologicalSorter(parents).static_order() if unique_id in tables]


def asset_key(node: Any) -> dg.AssetKey:
    """`marts.measure_value` is the asset `marts / measure_value`, as a reader of the warehouse would look for it."""
    return dg.AssetKey([node.schema, node.alias or node.name])


def _dependencies(node: Any, nodes: Mapping[str, Any], inputs: dg.AssetKey) -> list[dg.AssetKey]:
    if str(node.resource_type) == "seed":
        return []
    parents = node.depends_on.nodes
    keys = [asset_key(nodes[parent]) for parent in parents if parent in nodes and str(nodes[parent].resource_type) in ASSET_KINDS]
    return [*keys, *([inputs] if any(parent.startswith("source.") for parent in parents) else [])]


def _group(node: Any) -> str:
    return re.sub(r"\W", "_", str(node.schema))


def _tested(node: Any, assets: Mapping[str, dg.AssetSpec]) -> str | None:
    """The model that a data test is about: the one it stands beside, else the first that it reads."""
    if str(node.resource_type) != "test":
        return None
    beside = getattr(node, "attached_node", None)
    if beside in assets:
        return str(beside)
    return next((str(parent) for parent in node.depends_on.nodes if parent in assets), None)


def _check_name(name: str) -> str:
    return re.sub(r"\W", "_", name)

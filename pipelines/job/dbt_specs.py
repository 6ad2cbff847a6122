"""The dbt project as Dagster sees it: each model an asset, each data test a check on the model it is about.

Here: the translation, from the project's nodes. Not here: running dbt (pipelines/build/dbt.py). dagster-dbt would do the same and streams
events from a second process; its import alone costs more than our whole translation.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from graphlib import TopologicalSorter

import dagster as dg

from pipelines.build.nodes import Node

ASSET_KINDS = ("model", "seed")


@dataclass(frozen=True)
class DbtSpecs:
    """What the dbt step will materialize and check, by dbt id; an asset stands after those it reads, as Dagster wants it."""

    assets: dict[str, dg.AssetSpec]
    checks: dict[str, dg.AssetCheckSpec]

    def of(self, assets: AbstractSet[dg.AssetKey], checks: AbstractSet[dg.AssetCheckKey]) -> "DbtSpecs":
        """Only these."""
        return DbtSpecs(
            {unique_id: spec for unique_id, spec in self.assets.items() if spec.key in assets},
            {unique_id: spec for unique_id, spec in self.checks.items() if spec.key in checks},
        )

    @property
    def unread(self) -> list[dg.AssetKey]:
        """The tables that no other table reads: where the building ends."""
        read = {dependency.asset_key for spec in self.assets.values() for dependency in spec.deps}
        return [spec.key for spec in self.assets.values() if spec.key not in read]


def dbt_specs(nodes: Mapping[str, Node], inputs: dg.AssetKey) -> DbtSpecs:
    """Translate the nodes of the project; what reads a source depends on the asset `inputs`."""
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


def _parents_first(nodes: Mapping[str, Node]) -> list[tuple[str, Node]]:
    tables = {unique_id: node for unique_id, node in nodes.items() if node.resource_type in ASSET_KINDS}
    parents = {unique_id: node.depends_on for unique_id, node in tables.items()}
    return [(unique_id, tables[unique_id]) for unique_id in TopologicalSorter(parents).static_order() if unique_id in tables]


def asset_key(node: Node) -> dg.AssetKey:
    """`marts.measure_value` is the asset `marts / measure_value`, as a reader of the warehouse would look for it."""
    return dg.AssetKey([node.schema, node.alias])


def _dependencies(node: Node, nodes: Mapping[str, Node], inputs: dg.AssetKey) -> list[dg.AssetKey]:
    keys = [asset_key(nodes[parent]) for parent in node.depends_on if parent in nodes and nodes[parent].resource_type in ASSET_KINDS]
    return [*keys, *([inputs] if any(parent.startswith("source.") for parent in node.depends_on) else [])]


def _group(node: Node) -> str:
    return re.sub(r"\W", "_", node.schema)


def _tested(node: Node, assets: Mapping[str, dg.AssetSpec]) -> str | None:
    """The model that a data test is about: the one it stands beside, else the first that it reads."""
    if node.resource_type != "test":
        return None
    if node.attached_node in assets:
        return node.attached_node
    return next((parent for parent in node.depends_on if parent in assets), None)


def _check_name(name: str) -> str:
    return re.sub(r"\W", "_", name)

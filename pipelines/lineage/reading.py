"""What each column of a query is made of: read from its SQL, without running it.

Here: one query and the tables that it reads. Not here: which queries there are and what becomes of the answer (project.py).

A column has its sources in one of three ways: `copied` (its values can be seen in the result: taken as they are, cast, joined to others,
chosen, the least of several), `decided` (it only said which: in a condition or an order) and `counted` (summed, averaged, counted: no value
stands for itself any more). Of the steps of one way the last of these counts. What a query asks of its rows as a whole (where, join, group
by) decides about every row and about no column: `rows`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

COPIED, DECIDED, COUNTED = "copied", "decided", "counted"
_ALONG_A_WAY = (COPIED, DECIDED, COUNTED)
_AMONG_WAYS = (COPIED, COUNTED, DECIDED)

Source = tuple[str, str]
"""A table (`schema.table`) and a column of it."""

_FIGURES = {"numerator", "denominator", "value"}
# Every other aggregate, known or not, is taken to show a value of one row: the least, the first, the middle one.
_COUNTS = (
    exp.Count,
    exp.CountIf,
    exp.Sum,
    exp.Avg,
    exp.LogicalOr,
    exp.LogicalAnd,
    exp.Stddev,
    exp.StddevPop,
    exp.StddevSamp,
    exp.Variance,
    exp.VariancePop,
)


@dataclass
class Reading:
    """Of each column of the result its sources and how they come in; and what decides about the rows."""

    columns: dict[str, dict[Source, str]] = field(default_factory=dict)
    rows: set[Source] = field(default_factory=set)
    measures: set[str] = field(default_factory=set)


def read(sql: str, tables: Mapping[str, Mapping[str, list[str]]]) -> Reading:
    """Read one query. `tables` has the columns of every table that it may read, by schema and name."""
    schema: dict[str, object] = {
        name: {table: dict.fromkeys(columns, "text") for table, columns in of.items()} for name, of in tables.items()
    }
    query = parse_one(sql, dialect="duckdb")
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    query = qualify(query, schema=schema, dialect="duckdb", quote_identifiers=False, identify=False)
    scope = build_scope(query)
    if scope is None:
        raise ValueError("this is no query")
    walk = _Walk()
    reading = Reading()
    for name in _names(query):
        reading.columns[name] = walk.column(scope, name)
    for each in scope.traverse():
        reading.rows |= set(walk.rows(each))
        reading.measures |= set(walk.measures(each))
    return reading


class _Walk:
    """Goes from a column through subqueries and common table expressions to the tables; each step of the way once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], dict[Source, str]] = {}

    def column(self, scope: Scope, name: str) -> dict[Source, str]:
        """The sources of a column of a subquery, common table expression or the query itself."""
        key = (id(scope.expression), name)
        if key not in self._known:
            self._known[key] = {}  # a column that is made of itself (a recursive query) adds nothing
            self._known[key] = self._column(scope, name)
        return self._known[key]

    def rows(self, scope: Scope) -> Iterator[Source]:
        """What decides about the rows of one scope: everything it asks that is no column of its result."""
        if isinstance(scope.expression, exp.Select):
            for part in ("where", "group", "having", "qualify", "joins", "order", "distinct", "laterals"):
                found = scope.expression.args.get(part)
                for piece in found if isinstance(found, list) else [found]:
                    if isinstance(piece, exp.Expr):
                        yield from self.of(scope, piece)

    def measures(self, scope: Scope) -> Iterator[str]:
        """The measures of which one scope makes figures: what stands as `measure_id` beside a numerator or a value."""
        if isinstance(scope.expression, exp.Select) and _FIGURES & set(_names(scope.expression)):
            yield from self._texts(scope, "measure_id")

    def _texts(self, scope: Scope, name: str) -> Iterator[str]:
        """The texts that a column can hold as far as the query itself writes them; a part that it takes from a table is a `%`."""
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            for part in scope.set_operation_scopes:
                yield from self._texts(part, _names(part.expression)[query.named_selects.index(name)])
        elif isinstance(query, exp.Select) and name in query.named_selects:
            chosen = next(each for each in query.selects if each.alias_or_name == name).unalias()
            found = scope.sources.get(chosen.table) if isinstance(chosen, exp.Column) else None
            yield from self._texts(found, chosen.name) if isinstance(found, Scope) else _written(chosen)

    def _column(self, scope: Scope, name: str) -> dict[Source, str]:
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            place = query.named_selects.index(name)
            return _joined(self.column(part, _names(part.expression)[place]) for part in scope.set_operation_scopes)
        chosen = (each for each in _query(query).selects if each.alias_or_name == name)
        return self.of(scope, next(chosen))

    def of(self, scope: Scope, expression: exp.Expr) -> dict[Source, str]:
        """The sources of an expression, and how each comes in."""
        return _joined(
            {source: _weaker(way, how) for source, how in self._named(scope, column).items()}
            for column in expression.find_all(exp.Column)
            for way in [_way(column, expression)]
        )

    def _named(self, scope: Scope, column: exp.Column) -> dict[Source, str]:
        found = scope.sources.get(column.table)
        if isinstance(found, exp.Table):
            return {(f"{found.db}.{found.name}", column.name): COPIED}
        if isinstance(found, Scope):
            if isinstance(found.expression, exp.Query):
                return self.column(found, column.name)
            return self.of(scope, found.expression)  # what is unfolded from a column of a row
        return {}


def _way(leaf: exp.Expr, top: exp.Expr) -> str:
    """How a column comes into the expression that it stands in: by the last in the order of the steps between the two."""
    way, node = COPIED, leaf
    while node is not top and node.parent is not None:
        way, node = _weaker(way, _step(node, node.parent)), node.parent
    return way


def _query(expression: exp.Expr) -> exp.Query:
    if isinstance(expression, exp.Query):
        return expression
    raise ValueError("this is no query")


def _names(expression: exp.Expr) -> list[str]:
    return _query(expression).named_selects


def _step(node: exp.Expr, parent: exp.Expr) -> str:
    if isinstance(parent, _COUNTS):
        return COUNTED
    if isinstance(parent, exp.If | exp.Case):
        return DECIDED if node.arg_key == "this" else COPIED
    if isinstance(parent, exp.Window | exp.Filter | exp.WithinGroup):
        return COPIED if node.arg_key == "this" else DECIDED
    if isinstance(parent, exp.Predicate | exp.Not | exp.Connector | exp.Ordered):
        return DECIDED
    return COPIED


def _joined(several: Iterator[dict[Source, str]]) -> dict[Source, str]:
    """Of a source that comes in by several ways the strongest counts: what can be seen once is seen."""
    joined: dict[Source, str] = {}
    for each in several:
        for source, way in each.items():
            joined[source] = min(way, joined.get(source, way), key=_AMONG_WAYS.index)
    return joined


def _weaker(first: str, second: str) -> str:
    return max(first, second, key=_ALONG_A_WAY.index)


def _written(expression: exp.Expr) -> Iterator[str]:
    if isinstance(expression, exp.Literal):
        yield expression.name
    elif isinstance(expression, exp.Case):
        for branch in expression.args["ifs"]:
            yield from _written(branch.args["true"])
        if (otherwise := expression.args.get("default")) is not None:
            yield from _written(otherwise)
    elif isinstance(expression, exp.Concat):
        yield "".join(part.name if isinstance(part, exp.Literal) else "%" for part in expression.expressions)

"""Figures of the same weeks of last year that stand in no other table: shown where the value alone proves that it is of many.

Here: that proof. A share of n among d people reads as a fraction p/q in lowest terms, and n is p once, twice or more often: where p, q and
q - p are not small, neither are n, d and those who are left, whatever d was. Not here: shares whose weeks are shown, which are their sums.
"""

from fractions import Fraction

import duckdb
import pyarrow as pa

PRECISION = Fraction(1, 10**9)
"""How exactly a stored value gives its fraction: shares of up to ten thousand people are further apart than this."""


def judge_last_years(connection: duckdb.DuckDBPyConnection, source: str, below: int) -> None:
    """Say, as suppression_last_year, which of the scorecard's figures of the same weeks of last year are proven to be of many."""
    rows = connection.execute(
        f"""
        with
            last_years as (
                select
                    academy_id, phase, measure_id, time_period,
                    numerator = numerator_people and denominator = denominator_people as is_of_people
                from {source}.marts.measure_value
                where level <> 'trust_like_for_like' and period_type = 'year_to_date' and breakdown_topic = 'all' and value_status = 'ok'
            ),
            left_out as (
                select measure_id, time_period, count(*) > 0 as has_others
                from last_years
                where academy_id <> 'trust' and academy_id not in (select academy_id from {source}.marts.scorecard)
                group by all
            )
        select
            cells.academy_id,
            cells.measure_id,
            cells.last_year_value,
            cells.unit = '%' and last_years.is_of_people
                and not (cells.academy_id = 'trust' and coalesce(left_out.has_others, false)) as can_be_proven
        from {source}.marts.scorecard as cells
        inner join last_years
            on cells.academy_id = last_years.academy_id and cells.measure_id = last_years.measure_id
            and cells.time_period - 101 = last_years.time_period
            and (cells.academy_id <> 'trust' or last_years.phase = 'all')
        left join left_out on cells.measure_id = left_out.measure_id and cells.time_period - 101 = left_out.time_period
        where cells.last_year_value is not null
        """
    ).fetchall()
    proven = [(academy, measure) for academy, measure, value, can_be in rows if can_be and is_of_many(value, below)]
    columns = zip(*proven, strict=True) if proven else ((), ())
    names = ("academy_id", "measure_id")
    written = pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)})
    connection.register("suppression_proven", written)
    connection.execute("create or replace temp table suppression_last_year as from suppression_proven")
    connection.unregister("suppression_proven")


def is_of_many(value: float, below: int) -> bool:
    """Whether no share of fewer than `below` people, in its numerator, its denominator or the rest, has this value in per cent."""
    share = Fraction(value) / 100
    if share <= PRECISION:
        return False
    simplest = _simplest(share - PRECISION, share + PRECISION)
    counted, out_of = simplest.numerator, simplest.denominator
    return counted >= below and out_of - counted >= below


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of the smallest denominator, and numerator, between two positive ones."""
    whole = low.numerator // low.denominator
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))

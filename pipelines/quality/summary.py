"""What a run's checks came to, for the terminal and for the job.

Here: the result of one check for one academy, and their sum by principle. Not here: how a result is reached (built.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from expectations.catalogue import check
from expectations.check import PRINCIPLES, Severity

ResultStatus = Literal["pass", "fail", "not_applicable", "not_run"]


@dataclass(frozen=True)
class CheckResult:
    """One check for one academy (or `trust`) in one run. `reason` says why there is no pass or fail.

    `accepted_until` is the last day on which a failure is accepted: a person knows of it and lives with it. It fails none the less.
    """

    check_id: str
    academy_id: str
    principle: str
    severity: Severity
    status: ResultStatus
    checked: int
    failed: int
    measures_affected: str
    reason: str | None = None
    accepted_until: date | None = None

    @property
    def is_serious(self) -> bool:
        """Whether somebody has something to do about it: a failure that is more than information."""
        return self.status == "fail" and self.severity is not Severity.INFO


@dataclass(frozen=True)
class PrincipleSummary:
    """The checks of one principle for one academy: how many came out how, and the worst severity among those that failed."""

    academy_id: str
    principle: str
    passed: int
    failed: int
    not_applicable: int
    not_run: int
    worst: Severity | None


@dataclass(frozen=True)
class QualitySummary:
    """All results of one run."""

    run_id: str
    results: tuple[CheckResult, ...]
    open_work: int = 0

    @property
    def stops(self) -> tuple[CheckResult, ...]:
        """The checks of severity *stop* that failed or could not be run: without them nothing may be published."""
        return tuple(each for each in self.results if each.severity is Severity.STOP and each.status in ("fail", "not_run"))

    @property
    def must_stop(self) -> bool:
        """Whether nothing may be published."""
        return bool(self.stops)

    def stop_sentences(self) -> list[str]:
        """Return, for each check that stops the run, what is wrong, where, and what to do."""
        sentences = []
        for check_id in dict.fromkeys(each.check_id for each in self.stops):
            stops = [each for each in self.stops if each.check_id == check_id]
            where = ", ".join(
                each.academy_id if each.status == "not_run" else f"{each.academy_id} ({each.failed} of {each.checked})" for each in stops
            )
            has_run = any(each.status == "fail" for each in stops)
            found = check(check_id)
            sentences.append(f"{check_id}: {found.what if has_run else 'the check could not be run.'} At {where}. {found.how}")
        return sentences

    def by_principle(self) -> list[PrincipleSummary]:
        """Return one line per academy and principle, in the order in which the results name the academies."""
        academies = dict.fromkeys(each.academy_id for each in self.results)
        lines = []
        for academy_id in academies:
            for principle in PRINCIPLES:
                of_both = [each for each in self.results if (each.academy_id, each.principle) == (academy_id, principle)]
                if of_both:
                    lines.append(_sum(academy_id, principle, of_both))
        return lines


def _sum(academy_id: str, principle: str, results: list[CheckResult]) -> PrincipleSummary:
    def count(status: str) -> int:
        return sum(each.status == status for each in results)

    failed = sorted((each.severity for each in results if each.status == "fail"), key=lambda each: each.rank)
    return PrincipleSummary(
        academy_id=academy_id,
        principle=principle,
        passed=count("pass"),
        failed=count("fail"),
        not_applicable=count("not_applicable"),
        not_run=count("not_run"),
        worst=failed[0] if failed else None,
    )

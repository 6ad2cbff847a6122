"""The published tables of the schema dq: their columns, types and the comments that BI tools show.

Here: the tables as data, and their DDL. Not here: what fills them (dq_deliveries.py, dq_results.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of a published table; `privacy` is its class, as in the contract."""

    name: str
    type: str
    comment: str
    privacy: str = "open"


@dataclass(frozen=True)
class Table:
    """One published table; the comment begins with its grain."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    schema: str = "dq"

    @property
    def column_names(self) -> list[str]:
        """The names in order."""
        return [each.name for each in self.columns]

    @property
    def full_name(self) -> str:
        """`schema.table`."""
        return f"{self.schema}.{self.name}"

    def ddl(self, database: str | None = None) -> list[str]:
        """Return the statements that create the empty table with its comments, in place of an older one."""
        name = f"{database}.{self.full_name}" if database else self.full_name
        columns = ", ".join(f"{each.name} {each.type}" for each in self.columns)
        return [
            f"create or replace table {name} ({columns})",
            f"comment on table {name} is {_text(self.comment)}",
            *(f"comment on column {name}.{each.name} is {_text(each.comment)}" for each in self.columns),
        ]


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


_ACADEMY = Column("academy_id", "varchar not null", "The academy, as trust.yml calls it.")
_BATCH = Column("batch_id", "varchar not null", "The delivery: academy, table, effective date, and the start of the content's fingerprint.")

BATCH = Table(
    "batch",
    "One row per delivery and entity that it gives: what became of it. A delivery is one table of one academy, all its files together.",
    (
        _BATCH,
        _ACADEMY,
        Column("entity", "varchar not null", "What the rows are about (pupil, enrolment, attendance_mark …); lookup for a table of codes."),
        Column("table_name", "varchar not null", "The table's name in the MIS's export."),
        Column("effective_date", "date not null", "The date in the file name, else the day the delivery was first seen."),
        Column("profile", "varchar not null", "The source profile that read it: the MIS, or matlas for a canonical file."),
        Column("mode", "varchar", "What the delivery replaces: snapshot, year or window."),
        Column(
            "status",
            "varchar not null",
            "accepted; held (waits for a person); rejected (could not be read); superseded (a newer delivery has taken its place); "
            "refused.",
        ),
        Column("reason_code", "varchar", "Why it is not accepted, as one of the documented codes."),
        Column("reason", "varchar", "The same as a sentence."),
        Column("rows_read", "bigint not null", "Rows of the entity in the files, after reshaping. Always accepted + rejected + duplicate."),
        Column("rows_accepted", "bigint not null", "Rows that can be used."),
        Column("rows_rejected", "bigint not null", "Rows that cannot be used; dq.rejected_row says which and why."),
        Column("rows_duplicate", "bigint not null", "Rows whose key a later row of the same delivery has too."),
        Column("first_date", "date", "The earliest date among the accepted rows, where the entity has dates."),
        Column("last_date", "date", "The latest date among the accepted rows."),
        Column("delivered_at", "timestamp not null", "When a run first saw the delivery (UTC)."),
        Column("loaded_at", "timestamp", "When its content was read (UTC)."),
        Column("decided_by", "varchar", "Who accepted or refused it, where a person did.", "staff"),
        Column("decided_why", "varchar", "Why, in that person's words."),
        Column("content_id", "varchar not null", "The start of the SHA-256 of the content; equal contents are read once."),
    ),
)

FILE = Table(
    "file",
    "One row per file of each delivery (an entry of a zip counts as a file).",
    (
        _BATCH,
        _ACADEMY,
        Column("file_name", "varchar not null", "The file's name in the landing folder."),
        Column("sha256", "varchar not null", "The SHA-256 of the file."),
        Column("bytes", "bigint not null", "Its size."),
        Column("encoding", "varchar", "The text encoding it was read with."),
        Column("header_line", "integer", "The line on which its header stands, where it has one."),
        Column("extra_columns", "varchar", "Columns that no entity asks for, by name; their values were not read."),
        Column("missing_optional", "varchar", "Optional columns that it lacks, by name."),
        Column("rows_in_file", "bigint not null", "The file's own rows."),
        Column("rows_read", "bigint not null", "Rows of the contract after reshaping. Always accepted + rejected + duplicate."),
        Column("rows_accepted", "bigint not null", "Rows that can be used."),
        Column("rows_rejected", "bigint not null", "Rows that cannot be used."),
        Column("rows_duplicate", "bigint not null", "Rows whose key a later row of the same delivery has too."),
    ),
)

REJECTED_ROW = Table(
    "rejected_row",
    "One row per rejected row and fault, of the deliveries that stand or wait (not of superseded or refused ones). It holds no value of "
    "the row.",
    (
        _BATCH,
        _ACADEMY,
        Column("entity", "varchar", "What the row was about."),
        Column("file_name", "varchar not null", "The file it stands in."),
        Column("source_row", "bigint", "Its line in a text file, its ordinal in the others."),
        Column("reason_code", "varchar not null", "Why it was rejected, as one of the documented codes."),
        Column("column_name", "varchar", "The column at fault, where one is."),
    ),
)

CHECK_RESULT = Table(
    "check_result",
    "One row per run, academy and check, for up to 400 runs: what was judged and what failed. `trust` stands for the trust's own figures.",
    (
        Column("run_id", "varchar not null", "The run of the nightly job."),
        _ACADEMY,
        Column("check_id", "varchar not null", "The check."),
        Column("principle", "varchar not null", "The principle that the check keeps."),
        Column(
            "severity",
            "varchar not null",
            "What a failure does: stop (nothing is published), hold (the batch waits), warn (a caveat beside the numbers), info.",
        ),
        Column(
            "status",
            "varchar not null",
            "pass; fail; not_applicable (there was nothing to judge); not_run (it could not be judged: no pass).",
        ),
        Column("reason", "varchar", "Why it is not applicable or was not run."),
        Column("checked", "bigint not null", "How many things were judged."),
        Column("failed", "bigint not null", "How many of them failed."),
        Column(
            "measures_affected",
            "varchar not null",
            "The measures, or domains of measures, that a failure touches, comma-separated: all stands for every one.",
        ),
        Column("checked_at", "timestamp not null", "When (UTC)."),
        Column(
            "accepted_until",
            "date",
            "The last day on which the failure is accepted: somebody lives with it until then (dq.check_decision). Null: nobody does.",
        ),
    ),
)

WORK_LIST = Table(
    "work_list",
    "One row per thing to put right in an academy's MIS, most harmful first: the data manager's Monday morning. No pupil is named.",
    (
        _ACADEMY,
        Column(
            "position",
            "bigint not null",
            "The order in which to do them, from 1 in each academy: what is open, what is accepted, what is gone.",
        ),
        Column("check_id", "varchar not null", "The check that found it."),
        Column("severity", "varchar not null", "What it does: stop, hold, warn, info."),
        Column(
            "source_pupil_id", "varchar", "The pupil's identifier in the academy's MIS; null where it is about no single pupil.", "personal"
        ),
        Column("subject", "varchar not null", "What it is about; with check and pupil it names the thing from night to night."),
        Column("what", "varchar not null", "What is wrong."),
        Column("how", "varchar not null", "Where in the MIS to put it right."),
        Column("failed", "bigint not null", "How many rows it touches."),
        Column("since", "date not null", "The day of the first run that found it, without a break since."),
        Column(
            "status", "varchar not null", "open; gone (put right: shown for two weeks); accepted (known, and left as it is until a day)."
        ),
        Column("gone_on", "date", "The day of the first run that no longer found it."),
        Column("age_days", "integer not null", "Days from `since` to the run."),
    ),
)

CHECK_DECISION = Table(
    "check_decision",
    "One row per decision on what a check finds at an academy: a failure is known, and left as it is until a day. The failure itself, and "
    "what it says about the figures, stay.",
    (
        Column("check_id", "varchar not null", "The check."),
        _ACADEMY,
        Column("accepted_by", "varchar not null", "Who decided."),
        Column("accepted_why", "varchar not null", "Why, in that person's words."),
        Column("accepted_until", "date not null", "The last day on which it holds, unless it was taken back before."),
        Column("accepted_at", "timestamp not null", "When it was decided (UTC)."),
        Column("is_current", "boolean not null", "Whether it held in this run: not expired, not taken back, no later one in its place."),
        Column("reopened_by", "varchar", "Who took it back, where somebody did."),
        Column("reopened_why", "varchar", "Why, in that person's words."),
        Column("reopened_at", "timestamp", "When it was taken back (UTC)."),
    ),
)

LEDGER = Table(
    "ledger",
    "One row per decision that a person took: who, when, why. Only ever added to; each entry's hash is made of the entry and of the hash "
    "before it, and `matlas audit` verifies the chain.",
    (
        Column("seq", "bigint not null", "The entry's number: 1, 2, 3 … without a gap."),
        Column("decided_at", "timestamp not null", "When it was decided (UTC)."),
        Column("kind", "varchar not null", "What was decided: accept, refuse, accept_failure, goal, delegation, access, erase …"),
        Column("subject", "varchar not null", "What it was decided on: a delivery, a check, a measure, a login, an alert."),
        Column("academy_id", "varchar", "The academy that it speaks of; null for the whole trust."),
        Column("who", "varchar not null", "Who decided, or in whose run a change of trust.yml was found.", "staff"),
        Column("why", "varchar not null", "Why, in that person's words; taken out where it named somebody who was erased.", "staff"),
        Column("detail", "varchar not null", "What else there is to know, as JSON: what it was and is, until when.", "staff"),
        Column("written_at", "timestamp not null", "When the entry was written (UTC): later than the decision where it was taken over."),
        Column("why_hash", "varchar not null", "What stands for the reason in the chain: a salted SHA-256."),
        Column("previous", "varchar not null", "The hash of the entry before; of the first entry, zeros."),
        Column("hash", "varchar not null", "The SHA-256 of the entry with the hash before it."),
    ),
)

MESSAGE = Table(
    "message",
    "One row per message to a reader of alerts, as far as they were written before the run: at most one a night for each reader.",
    (
        Column("reader", "varchar not null", "The reader, as trust.yml calls it. The channel's address stands nowhere.", "staff"),
        Column("message_number", "bigint not null", "The reader's own count: 1, 2, 3 … without a gap."),
        Column("day", "date not null", "The day that the night counted to which wrote it."),
        Column("alerts", "bigint not null", "How many alerts it tells of: new, passed on to the trust, resolved."),
        Column("state", "varchar not null", "sent: the channel has taken it; waiting: not yet."),
        Column("tries", "bigint not null", "How often it was sent, or tried."),
        Column("last_tried_at", "timestamp", "When it was tried last (UTC)."),
        Column("sent_at", "timestamp", "When the channel took it (UTC)."),
        Column("failure", "varchar", "Why the last try failed."),
    ),
)

PUBLICATION = Table(
    "publication",
    "One row: whose file this is, and which night it shows.",
    (
        Column("audience", "varchar not null", "Who reads it: trust, academy, analyst or governor."),
        Column("academy_id", "varchar", "The academy whose leaders read it; null for the other audiences."),
        Column("published_at", "timestamp not null", "When it was made for publishing (UTC). The files of one night say the same."),
        Column("as_of", "date not null", "The last date that counts in it."),
        Column("run_id", "varchar not null", "The run of the nightly job that made it."),
    ),
)

TABLES = (BATCH, FILE, REJECTED_ROW, CHECK_RESULT, WORK_LIST, CHECK_DECISION, LEDGER, MESSAGE, PUBLICATION)

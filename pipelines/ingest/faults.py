"""What can be wrong with a delivered file: reason codes, and the fault that carries one.

Here: the closed list of reason codes that reading gives, and the exception. Not here: what becomes of the batch (verdicts.py). A fault
names file, line and column, and never a value.
"""

from typing import Final

FILE_REASONS: Final = frozenset(
    {
        "missing_column",
        "duplicate_column",
        "empty_file",
        "unreadable_file",
        "too_large",
        "too_compressed",
        "unsafe_path",
        "doctype",
        "too_deep",
        "no_such_code_table",
    }
)
ROW_REASONS: Final = frozenset(
    {"field_count", "nul_byte", "missing_required", "bad_date", "bad_number", "unmapped_mark", "unmapped_code", "erased"}
)


class ReadingFault(Exception):  # noqa: N818  # a fault is the academy's data, not an error of ours
    """A file that cannot be read whole. `sentence` is for the person who made the export: what is wrong, and what to do."""

    def __init__(self, reason_code: str, sentence: str, file_name: str, line: int | None = None, column: str | None = None) -> None:
        if reason_code not in FILE_REASONS:
            raise ValueError(f"{reason_code} is no reason for a whole file")
        super().__init__(sentence)
        self.reason_code = reason_code
        self.sentence = sentence
        self.file_name = file_name
        self.line = line
        self.column = column

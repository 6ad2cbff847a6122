"""What may be kept of an error: where it happened, never what was in the data.

A message of a library may quote a pupil's value (DuckDB's do), so of all exceptions but our own only types, files, lines and function names
are kept: in logs, in Dagster's storage, on screen. Not here: what to do about any one fault.
"""

import traceback
from pathlib import Path

OURS = ("pipelines.", "expectations.")


def is_sentence(error: BaseException) -> bool:
    """Whether the message was written by us for a person: every exception class of our own is."""
    return type(error).__module__.startswith(OURS)


def scrubbed(error: BaseException) -> str:
    """The error as text that is safe to keep: our own sentences as they are, of all else the type and the place."""
    if is_sentence(error):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name} line {frames[-1].lineno}, in {frames[-1].name}" if frames else ""
    return f"{type(error).__name__}{place}"


def scrubbed_traceback(error: BaseException) -> str:
    """Every frame of the error and of what caused it: file, line, function. No message of a library, no value."""
    lines = []
    step: BaseException | None = error
    while step is not None:
        lines += [f"  {frame.filename} line {frame.lineno}, in {frame.name}" for frame in traceback.extract_tb(step.__traceback__)]
        lines.append(scrubbed(step))
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return "\n".join(lines)

"""The harness measures what a command truly took: shown on commands whose memory, CPU time and bytes are known."""

import sys
import textwrap
import time
from pathlib import Path

import pytest

from bench.measuring import FailedError, measured

MIB = 1024 * 1024
HOLD = "import sys, time; held = bytearray(int(sys.argv[1]) * 1024 * 1024); time.sleep(1)"
HOLD_UNTIL_TOLD = "import sys; held = bytearray(100 * 1024 * 1024); print('held', flush=True); sys.stdin.read()"
# Both must hold at once, however late the second begins.
TWO_AT_ONCE = """
    import subprocess, sys, time
    both = [subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    [each.stdout.readline() for each in both]
    time.sleep(1)
    [each.communicate() for each in both]
"""


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code), *arguments]


def test_the_memory_of_a_child_counts_and_that_of_two_at_once_adds_up() -> None:
    alone = measured(python(HOLD, "1"))
    two = measured(python(TWO_AT_ONCE, HOLD_UNTIL_TOLD))

    assert two.peak_bytes - alone.peak_bytes > 195 * MIB
    assert two.peak_bytes < 300 * MIB


def test_memory_that_is_given_back_is_still_the_peak() -> None:
    code = "import time; held = bytearray(150 * 1024 * 1024); time.sleep(0.6); del held; time.sleep(0.4)"

    assert 150 * MIB < measured(python(code)).peak_bytes < 220 * MIB


def test_cpu_seconds_are_those_of_the_tree_and_not_the_waiting() -> None:
    burn = "import time; end = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    seen = measured(python(f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {burn!r}]); time.sleep(0.5)"))

    assert 0.5 <= seen.cpu < 1.5
    assert seen.wall > 1.0


def test_bytes_read_and_written_by_a_child_count(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(bytes(20 * MIB))
    copy = "import pathlib; pathlib.Path('out').write_bytes(pathlib.Path('in').read_bytes()[: 5 * 1024 * 1024])"
    seen = measured(python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {copy!r}])"), folder=tmp_path)

    assert 20 * MIB <= seen.read_bytes < 25 * MIB
    assert 5 * MIB <= seen.written_bytes < 6 * MIB


def test_each_stage_has_its_own_time_cpu_and_memory() -> None:
    code = """
        import sys, time
        def say(text): print(text, file=sys.stderr, flush=True)
        say("chatter")
        time.sleep(0.5); say("end: wait")
        time.sleep(0.2)  # the watcher looks when it has read the line: what comes at once would be counted to the stage before
        held = bytearray(100 * 1024 * 1024); stop = time.process_time() + 0.5
        while time.process_time() < stop: pass
        say("end: work")
        del held
    """
    seen = measured(python(code), stage_of=lambda line: line.strip().removeprefix("end: ") if line.startswith("end: ") else None)

    wait, work = seen.stages
    assert (wait.name, work.name) == ("wait", "work")
    assert wait.wall >= 0.5
    assert wait.cpu < 0.4 < work.cpu < 0.8
    assert work.peak_bytes - wait.peak_bytes > 95 * MIB


def test_a_command_that_fails_says_its_last_words() -> None:
    with pytest.raises(FailedError, match=r"exit code 4\.\nno such pupil"):
        measured(python("import sys; print('no such pupil', file=sys.stderr); sys.exit(4)"))
    assert measured(python("import sys; sys.exit(3)"), good=(0, 3)).exit_code == 3


def test_a_short_command_is_not_measured_longer_than_it_was() -> None:
    began = time.monotonic()
    seen = measured(["true"])

    assert seen.wall <= time.monotonic() - began
    assert seen.cpu < 0.05

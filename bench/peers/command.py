"""How every peer is called: `python -m bench.peers.NAME HOME OUT_DIR`, which leaves OUT_DIR/answers.parquet and says where it is.

Not here: what a peer does.
"""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from bench.peers.home import Home, read_home

CODES_FILE = Path(__file__).with_name("attendance_codes.csv")
"""What a register's codes count as. The peers' own list: leaning on Matlas's, they could not contradict it."""


def peer(name: str, run: Callable[[Home, Path], None]) -> None:
    """Run the peer on the home and into the folder that the command line names. OUT_DIR is emptied first: every run is a first load."""
    parser = argparse.ArgumentParser(prog=f"python -m bench.peers.{name}")
    parser.add_argument("home", type=Path, metavar="HOME", help="a trust home: landing/ and trust.yml are read, nothing is written")
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="made anew")
    chosen = parser.parse_args()
    shutil.rmtree(chosen.out, ignore_errors=True)
    chosen.out.mkdir(parents=True)
    run(read_home(chosen.home), chosen.out)
    print(f"{name}: {chosen.out / 'answers.parquet'}")

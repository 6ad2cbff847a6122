"""The synthetic trust: fictional academies whose files have every MIS's real shape.

Here: invented pupils, registers and events with believable rates, the writers of each MIS's files, planted defects and the demo trust. Not
here: anything that reads a delivery. No pupil, name or school in it is real.
"""

from pipelines.synthetic.demo import copy_demo
from pipelines.synthetic.trust import write_trust

__all__ = ["copy_demo", "write_trust"]

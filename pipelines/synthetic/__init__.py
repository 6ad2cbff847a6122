"""The synthetic trust: fictional academies whose files have every MIS's real shape.

Here: invented pupils, registers and events with believable rates, the writers of each MIS's files, planted defects and the demo trust. Not
here: anything that reads a delivery. No pupil, name or school in it is real.
"""

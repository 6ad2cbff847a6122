"""The quality report: one HTML file that says how the night went, what is wrong where, and what to do about it.

It is made from the published warehouse alone, opens offline, and holds no pupil's name, number or value: of what stands on the work list it
shows counts, and the product's own words. Who is meant stands in dq.work_list, which only the readers of the warehouse see.
"""

from pipelines.report.writing import write_report, write_steering_page

__all__ = ["write_report", "write_steering_page"]

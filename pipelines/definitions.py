"""The one entry point of Dagster: assets, checks, job, schedule, sensor. No logic stands here.

`dagster dev -m pipelines.definitions` and `matlas run` read the same `defs`; the trust home is the one that MATLAS_HOME names.
"""

import dagster as dg

from expectations.catalogue import CHECKS
from pipelines.build.nodes import project_nodes
from pipelines.job.assets import (
    CHECKED,
    alerts,
    build_inputs,
    dbt_assets,
    draw_map,
    published,
    quality_assets,
    quality_report,
    raw,
    steering_page,
    tell,
    verdicts,
)
from pipelines.job.night import NightResource
from pipelines.job.timing import NIGHTLY, new_files_in_landing, two_in_the_morning

built = dbt_assets(project_nodes())
checked = quality_assets(CHECKS)

defs = dg.Definitions(
    assets=[raw, verdicts, build_inputs, built, checked, alerts, draw_map, published, tell, quality_report, steering_page],
    jobs=[dg.define_asset_job(NIGHTLY, selection=dg.AssetSelection.all(), description="From landing to the published file.")],
    schedules=[two_in_the_morning],
    sensors=[new_files_in_landing],
    resources={"night": NightResource()},
    executor=dg.in_process_executor,
)

__all__ = ["CHECKED", "defs"]

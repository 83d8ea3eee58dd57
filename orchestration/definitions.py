"""Dagster's definitions for one home: `dagster dev -m orchestration.definitions`, or `fairlead ui`.

Wiring only; `FAIRLEAD_HOME` says which home.
"""

import datetime as dt
import os
from pathlib import Path

import dagster as dg

from ingest.home import Home
from orchestration.assets.models import build_models
from orchestration.assets.raw import raw_tables
from orchestration.assets.release import MARTS, RELEASED, build_gates, build_release, released_keys
from orchestration.dbt_runner import parse_project
from orchestration.jobs import build_schedule, build_sensor, refresh
from orchestration.warehouse import Warehouse


def build_definitions(warehouse: Warehouse) -> dg.Definitions:
    """Assets, checks, job, schedule and sensor over one home."""
    warehouse.home.prepare()
    policy = warehouse.home.read_configuration().policy
    project = parse_project(warehouse)
    models = build_models(project)
    return dg.Definitions(
        assets=[raw_tables, models, build_release(project, released_keys(models), dt.timedelta(hours=36))],
        asset_checks=[build_gates(project, MARTS, RELEASED)],
        jobs=[refresh],
        schedules=[build_schedule(policy.nightly)],
        sensors=[build_sensor(warehouse.home)],
        resources={"warehouse": warehouse},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Definitions of the home that the environment names."""
    return build_definitions(Warehouse(Home(Path(os.environ.get("FAIRLEAD_HOME", "fairlead-home")).resolve())))

"""When the line runs and what happens if it does not: the refresh job, its schedule, its sensor, its failure hook."""

import json
import urllib.request

import dagster as dg

from ingest.home import Home
from ingest.landing import has_new_files
from orchestration.faults import blanked
from orchestration.warehouse import Warehouse


@dg.failure_hook(required_resource_keys={"warehouse"})
def tell_failure(context: dg.HookContext) -> None:
    """Log the step that failed and, where the policy names a webhook, post it there. No row of data is in either."""
    warehouse: Warehouse = context.resources.warehouse
    error = context.op_exception
    told = error.description if isinstance(error, dg.Failure) else blanked(f"{type(error).__name__}: {error}")
    text = f"refresh failed at {context.op.name}: {told}"
    context.log.error(text)
    webhook = warehouse.home.read_configuration().policy.webhook
    if webhook:
        body = json.dumps({"text": text, "run_id": context.run_id}).encode()
        request = urllib.request.Request(webhook, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10):
            context.log.info("the webhook was told")


refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Landing to release: ingest, gate 1, dbt, gates 2 and 3, publication. One process, one step at a time.",
    executor_def=dg.in_process_executor,
    hooks={tell_failure},
)


def build_schedule(cron: str) -> dg.ScheduleDefinition:
    """The nightly refresh."""
    return dg.ScheduleDefinition(name="nightly", job=refresh, cron_schedule=cron)


def build_sensor(home: Home) -> dg.SensorDefinition:
    """A refresh as soon as files that were never read lie in landing."""

    @dg.sensor(name="landing", job=refresh, minimum_interval_seconds=60)
    def landing() -> dg.RunRequest | dg.SkipReason:
        """New files in landing."""
        new = has_new_files(home)
        if not new:
            return dg.SkipReason("nothing new in landing")
        return dg.RunRequest(run_key=new)

    return landing

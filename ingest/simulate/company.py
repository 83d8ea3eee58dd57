"""The simulation from end to end: found the company, live through its months, export what its systems say.

Here: the order of things and `sources.yml`. Not here: any domain's rules (one module each).
"""

from collections.abc import Callable

import yaml

from ingest.home import Home
from ingest.simulate.appraisals import Appraisals
from ingest.simulate.careers import begin, live_through, take_over
from ingest.simulate.contracts import LeadershipContracts
from ingest.simulate.corehr import CoreHR
from ingest.simulate.effects import nothing, planted
from ingest.simulate.everyday import Everyday
from ingest.simulate.exports import Landing
from ingest.simulate.founding import found
from ingest.simulate.learnhub import LearnHub
from ingest.simulate.opportunities import Opportunities
from ingest.simulate.pay import review_pay
from ingest.simulate.promotions import hold_panels
from ingest.simulate.pulse import Pulse
from ingest.simulate.rate360 import Rate360
from ingest.simulate.specification import Specification, Summary, date_of, months_of
from ingest.simulate.talentsuite import TalentSuite
from ingest.simulate.truth import open_truth, write_truth
from ingest.simulate.vocabulary import COMPANY
from ingest.simulate.world import Present, empty_company

SOURCES = {
    "corehr": ("demo_hris", "monthly", "hr-operations"),
    "learnhub": ("demo_lms", "monthly", "learning"),
    "pulse": ("demo_survey", "yearly", "people-analytics"),
    "rate360": ("demo_feedback360", "yearly", "talent"),
    "talentsuite": ("demo_talent", "monthly", "talent"),
}
Progress = Callable[[str, float], None]


def simulate(home: Home, specification: Specification, progress: Progress | None = None) -> Summary:
    """Write a simulated company's exports into `home`; the same specification gives the same bytes.

    `sources.yml` is written only where there is none. `progress` is told what is done and the share of the whole.
    ConfigurationError where the home holds another simulated company.
    """
    home.prepare()
    open_truth(home, specification)
    months = list(months_of(specification))
    if not home.sources_file.exists():
        home.sources_file.write_text(_sources(date_of(months[0].first).isoformat()))
    landing = Landing(home)
    world = empty_company(specification, planted() if specification.effects else nothing(), landing)
    # In the order in which they need each other: reviews look back on check-ins, so they come before the month's own.
    systems = (
        Appraisals(), CoreHR(), LearnHub(), Everyday(), Opportunities(), LeadershipContracts(), Pulse(), Rate360(),
        TalentSuite(),
    )  # fmt: skip
    for month in months:
        if month.index == 0:
            found(world, month)
            take_over(world, month)
        else:
            begin(world, month)
        live_through(world, month)
        review_pay(world, month)
        hold_panels(world, month)
        present = Present(world, month)
        for system in systems:
            system.run(world, present)
        if progress:
            progress(month.stamp[:7], (month.index + 1) / len(months))
    world.happenings["corrected_job_rows"] = world.jobs.n_corrected
    world.happenings["corrected_pay_rows"] = world.pay.n_corrected
    write_truth(home, world)
    return Summary(
        first_day=date_of(months[0].first),
        last_day=date_of(months[-1].last),
        people_ever=world.people.n,
        employed_at_end=len(world.people.at_work()),
        n_files=landing.n_files,
        n_rows=dict(sorted(landing.n_rows.items())),
    )


def _sources(history_from: str) -> str:
    declared = {
        "sources": {name: {"map": map_name, "cadence": cadence, "owner": owner}
                    for name, (map_name, cadence, owner) in SOURCES.items()},
        "policy": {"company": COMPANY, "history_from": history_from},
    }  # fmt: skip
    return yaml.safe_dump(declared, sort_keys=False)

"""The leadership report: static pages of a release from `leadership.duckdb` alone, readable offline and on paper.

Here: the door, `write_report`. `reading` holds the SQL, `wording` the words, `sentences` what they make, `charts` the
pictures, `trends` what these may join, `sections` and `quality` what stands in which section of the first page, `page` that
page; `leaders`, `contracts`, `pipeline`, `growth`, `promotion`, `notice`, `equity`, `representation`, `pay`, `framework`
and `dictionary` are the other pages, `rendering` the shell of all. Not here: what numbers mean or which may be shown; a
release has decided both before its report is written.
"""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.report import (
    contracts,
    dictionary,
    equity,
    framework,
    growth,
    leaders,
    notice,
    page,
    pay,
    pipeline,
    promotion,
    rendering,
    representation,
)
from orchestration.report.contracts_records import read_contracts
from orchestration.report.equity_reading import read_equity
from orchestration.report.framework_records import read_framework
from orchestration.report.growth_records import read_growth
from orchestration.report.leader_records import read_leaders
from orchestration.report.pipeline_records import read_pipeline
from orchestration.report.promotion_records import read_promotion
from orchestration.report.reading import read_contents


def write_report(release: Path, facts: dict[str, Any]) -> None:
    """Write the pages in `report/` of a release from its `leadership.duckdb`; `index.html` is the first.

    `facts` is what the release's manifest says: company, as_of, as_known_at, release_id, code_version, policy, gates,
    inputs.
    """
    with duckdb.connect(str(release / "leadership.duckdb"), read_only=True) as connection:
        contents = read_contents(connection)
        units = {unit.unit_id for unit in contents.units}
        found = read_equity(connection, units)
        ladder = read_framework(connection)
        promoted = read_promotion(connection, units, rendering.day_of(facts))
        written = {
            "index.html": page.render(contents, found, facts),
            "contracts.html": contracts.page(read_contracts(connection, units), contents, facts),
            "pipeline.html": pipeline.page(read_pipeline(connection), contents, facts),
            "growth.html": growth.page(read_growth(connection, units), contents, facts),
            "promotion.html": promotion.page(promoted, ladder, contents, facts),
            "notice.html": notice.page(promoted, ladder, contents, facts),
            "equity.html": equity.page(found, contents, facts),
            "representation.html": representation.page(found, contents, facts),
            "pay.html": pay.page(found, contents, facts),
            "framework.html": framework.page(ladder, facts),
            "dictionary.html": dictionary.page(contents.conventions, contents.minimums, facts),
            **leaders.pages(read_leaders(connection), contents, facts),
        }
    for name, text in written.items():
        path = release / "report" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")

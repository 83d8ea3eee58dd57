"""The leadership report: one static page of a release from `leadership.duckdb` alone, readable offline and on paper.

Here: the door, `write_report`. `reading` holds the SQL, `wording` the words, `charts` the pictures, `sections`, `equity`
and `quality` what stands in which section, `page` the whole, `page.html.j2` and `page.css` markup and style. Not here: what
numbers mean or which may be shown; a release has decided both before its report is written.
"""

from pathlib import Path
from typing import Any

from orchestration.report.page import render
from orchestration.report.reading import read_contents


def write_report(release: Path, facts: dict[str, Any]) -> None:
    """Write `report/index.html` of a release from its `leadership.duckdb`.

    `facts` is what the release's manifest says: company, as_of, as_known_at, release_id, code_version, gates, inputs.
    """
    folder = release / "report"
    folder.mkdir(exist_ok=True)
    (folder / "index.html").write_text(render(read_contents(release / "leadership.duckdb"), facts), encoding="utf-8")

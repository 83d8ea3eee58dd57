"""The leadership report: static pages from `leadership.duckdb` alone, readable offline from disk."""

from pathlib import Path


def write_report(release: Path) -> None:
    """Write `report/index.html` of a release from its `leadership.duckdb`."""
    (release / "report").mkdir()
    (release / "report" / "index.html").write_text("<!doctype html><title>Fairlead</title>")

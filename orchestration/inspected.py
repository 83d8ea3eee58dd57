"""What `fairlead inspect` prints of a file. Columns, counts, lines and reasons; no value of any person."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.files import UnreadableFile
from ingest.home import Home
from ingest.inspection import Inspection, inspect_path

out = Console(highlight=False)


def print_inspections(home: Home, path: Path, map_name: str | None) -> int:
    """What a file looks like, and what the best map would make of it; 0 where one reads it, else 2."""
    try:
        found = list(inspect_path(path, home, map_name))
    except UnreadableFile as error:
        out.print(f"[red]refused[/] {error.reason}", soft_wrap=True)
        return 2
    for inspection in found:
        _print_inspection(inspection)
    return 0 if found and all(inspection.uses and not inspection.uses[0].refused for inspection in found) else 2


def _print_inspection(found: Inspection) -> None:
    size = f"{found.n_bytes:,} bytes, {found.format}, {found.encoding}"
    rows = f"{found.n_rows:,} rows" if not found.is_sample else f"of its rows the first {found.n_rows:,} are looked at"
    out.print(f"[bold]{escape(found.name)}[/]: {size}; {len(found.columns)} columns, {rows}", soft_wrap=True)
    if found.refused:
        out.print(f"[red]refused[/] {escape(found.refused)}", soft_wrap=True)
    for position, use in enumerate(found.uses):
        if position:
            out.print(f"also fits: {use.map_name}, feed {use.feed}")
            continue
        out.print(f"[green]fits[/] column map {use.map_name}, feed {use.feed} ({use.mode})")
        if use.refused:
            out.print(f"[red]would be rejected[/]: {escape(use.refused)}", soft_wrap=True)
        table = Table("table")
        for name in ("rows", "read", "quarantined", "repeated"):
            table.add_column(name, justify="right")
        for name, *counts in use.tables:
            table.add_row(name, *(f"{count:,}" for count in counts))
        out.print(table)
        for (name, column, reason, shape), (count, first) in use.reasons.items():
            where = f"{name}.{column}" if column else name
            what = escape(f"{where}: {reason}" + (f", written like {shape}" if shape else ""))
            out.print(f"  {what} ({count:,} rows, the first on line {first:,})", soft_wrap=True)
        if use.ignored:
            out.print(f"not read: {escape(', '.join(use.ignored))}", soft_wrap=True)
    if not found.uses and not found.refused:
        out.print(
            "no column map fits. A draft for the home's maps/ folder, once you have decided what it leaves open:\n",
            soft_wrap=True,
        )
        out.print(escape(found.draft), soft_wrap=True, highlight=False)

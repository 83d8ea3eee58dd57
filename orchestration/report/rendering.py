"""How a page of the report is rendered: the templates beside this module, their filters, and what all pages share.

Here: the environment, the list of pages, the head. Not here: what stands on a page. Templates escape everything but the
drawings and the scripts of this folder.
"""

import base64
import datetime as dt
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orchestration.report import wording

FOLDER = Path(__file__).parent
PAGES = (
    ("index.html", "Report"),
    ("leaders.html", "Leaders"),
    ("contracts.html", "Contracts"),
    ("pipeline.html", "Pipeline"),
    ("growth.html", "Growth"),
    ("promotion.html", "Promotion"),
    ("notice.html", "Notice"),
    ("equity.html", "Equity"),
    ("representation.html", "Representation"),
    ("pay.html", "Pay"),
    ("framework.html", "Framework"),
    ("dictionary.html", "Dictionary"),
)


def rendered(template: str, here: str, facts: dict[str, Any], root: str = "", script: str = "", **contents: Any) -> str:
    """A page of the report; `here` is its title in `PAGES`, `root` leads from its folder to the report's.

    `facts`: company, as_of, release_id, code_version. What is missing is left out. `script` is a file of this folder; the
    page runs it and nothing else, for its policy names the script's digest.
    """
    code = (FOLDER / script).read_text(encoding="utf-8") if script else ""
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    shared = {
        "css": Markup((FOLDER / "page.css").read_text(encoding="utf-8")),
        "company": str(facts.get("company") or "The company"),
        "head": head(facts),
        "statuses": wording.STATUSES,
        "fixed_by": wording.FIXED_BY,
        "pages": PAGES,
        "here": here,
        "root": root,
        "script": Markup(code),
        "script_source": Markup(f"sha256-{digest}"),
    }
    return _environment().get_template(template).render(shared | contents)


def day_of(facts: dict[str, Any]) -> dt.date:
    """The release's day; the last one of all where no day is covered yet."""
    as_of = facts.get("as_of")
    return dt.date.fromisoformat(str(as_of)[:10]) if as_of else dt.date.max


def head(facts: dict[str, Any]) -> dict[str, str]:
    """What every page says of its release."""
    return {
        "as_of": wording.day(day_of(facts)) if facts.get("as_of") else "",
        "release_id": str(facts.get("release_id") or ""),
        "code_version": str(facts.get("code_version") or ""),
    }


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": wording.count, "plain": wording.plain, "word": wording.status_word}
    return environment

"""When leadership's tables change: as a period closes or a batch of corrections is due, and on no other night.

Here: the edition, which is what leadership was handed and stays as it is until the next one. Not here: which of its cells
may move in the next (`standing`), how files are written (`publication`).
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

Rhythm = Literal["nightly", "monthly", "quarterly"]


@dataclass(frozen=True)
class Edition:
    """Leadership's tables as they were handed out: of which day, when, and what they were made of."""

    as_of: dt.date
    handed_at: dt.datetime
    inputs_digest: str

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> "Edition | None":
        """The edition that a release holds; None of a release that is older than editions."""
        told = manifest.get("edition")
        if told is None:
            return None
        handed_at = dt.datetime.fromisoformat(told["handed_at"])
        return cls(dt.date.fromisoformat(told["as_of"]), handed_at, told["inputs_digest"])

    def document(self) -> dict[str, str]:
        """As the manifest tells it."""
        return {
            "as_of": self.as_of.isoformat(),
            "handed_at": self.handed_at.isoformat(timespec="seconds"),
            "inputs_digest": self.inputs_digest,
        }


def is_due(last: Edition | None, rhythm: Rhythm, as_of: dt.date, now: dt.datetime, as_known_at: dt.datetime | None) -> bool:
    """Whether a run makes a new edition.

    It does where a month (or quarter) closed since the last one was handed out, by the data or by the clock: the first
    brings a period, the second the corrections that have waited. What was known on another day is for analysts: it would
    show leadership the past twice.
    """
    if last is None:
        return True
    if as_known_at is not None:
        return False
    if rhythm == "nightly":
        return True
    return _closed(as_of, rhythm) > _closed(last.as_of, rhythm) or _span(now, rhythm) > _span(last.handed_at, rhythm)


def last_closed(as_of: dt.date) -> dt.date:
    """The last day of the newest month that is over once `as_of` is."""
    last = dt.date(as_of.year, as_of.month, calendar.monthrange(as_of.year, as_of.month)[1])
    return last if last == as_of else as_of.replace(day=1) - dt.timedelta(days=1)


def _closed(as_of: dt.date, rhythm: Rhythm) -> tuple[int, int]:
    """The span of time that the data have reached; a month's last day closes it."""
    return _span(as_of + dt.timedelta(days=1), rhythm)


def _span(day: dt.date, rhythm: Rhythm) -> tuple[int, int]:
    return day.year, day.month if rhythm == "monthly" else (day.month - 1) // 3

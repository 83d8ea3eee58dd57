"""pulse, the survey tool: two waves a year as wide CSV with three header rows, of which the third holds the keys.

Here: the questionnaire, who answers what, and the two exports. Not here: 360 feedback (`rate360`). People are known by
a participant id of the tool's own and by their address, written in capitals.
"""

import datetime as dt
import hashlib
import json
from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.simulate.draws import answers, days_in, happens
from ingest.simulate.exports import dates
from ingest.simulate.specification import NEVER, Array, Month, date_of
from ingest.simulate.world import Present, World

SOURCE = "pulse"
WAVE_MONTHS = (5, 11)
SHARE_RESPONDING, SHARE_RESPONDING_ON_LEAVE = 0.785, 0.35
SHARE_LEFT_OPEN = 0.06
PROMISED_MINIMUM = 5
ASKED_SINCE = dt.date(2015, 5, 1)
# One answer's variance: the person's standing mood, the leader, and the moment.
DEVIATION = 0.95
BY_MOOD, BY_LEADER = 0.55, 0.12


class Item(NamedTuple):
    """One question: theme, index, wording, mean and spread of the answers, direction."""

    theme: str
    belongs_to: str | None
    wording: str
    mean: float = 3.85
    spread: float = DEVIATION
    low: int = 1
    high: int = 5
    direction: int = 1
    is_of_leader: bool = True


ITEMS = (
    Item("engagement", "engagement", "I am proud to work here."),
    Item("engagement", "engagement", "I rarely think about looking for another job.", 3.65),
    Item("engagement", "engagement", "My work gives me a sense of achievement."),
    Item("engagement", "engagement", "I would choose this company again."),
    Item("engagement", "engagement", "I put in extra effort gladly.", 3.95),
    Item("enps", "enps", "How likely are you to recommend us as a place to work?", 7.85, 1.95, 0, 10),
    Item("coaching", "coaching", "My leader helps me grow.", 3.7),
    Item("coaching", "coaching", "My leader gives me feedback that I can use.", 3.7),
    Item("openness", None, "Decisions that concern me are explained.", 3.5, is_of_leader=False),
    Item("openness", "criteria", "I know the criteria for promotion.", 3.3, is_of_leader=False),
    Item("safety", "safety", "I can bring up problems and tough issues.", 3.75),
    Item("safety", "safety", "In my team, mistakes are held against people.", 2.3, direction=-1),
    Item("fairness", "fairness", "Promotions here go to those who deserve them.", 3.3, is_of_leader=False),
    Item("growth", None, "I can see my next step here.", 3.5),
)  # fmt: skip
KEYS = tuple(f"QID{number}" for number in range(1, len(ITEMS) + 1))
ENGAGEMENT = [position for position, item in enumerate(ITEMS) if item.belongs_to == "engagement"]
COACHING = [position for position, item in enumerate(ITEMS) if item.belongs_to == "coaching"]
ENPS = next(position for position, item in enumerate(ITEMS) if item.belongs_to == "enps")


class Pulse:
    """Runs the waves."""

    def run(self, world: World, present: Present) -> None:
        """In the months of waves: ask everybody employed, and export questionnaire and responses."""
        month = present.month
        if month.number not in WAVE_MONTHS:
            return
        world.happenings["survey_waves"] += 1
        world.landing.csv(SOURCE, "questionnaire", month, _questionnaire(month))
        frame, texts = _responses(world, month, present)
        keys = tuple(json.dumps({"ImportId": key}, separators=(",", ":")) for key in _import_ids(frame.columns))
        world.landing.csv(SOURCE, "responses", month, frame, more_headers=(texts, keys))


def _wave(month: Month) -> str:
    return f"pulse-{month.year}-{month.number:02}"


def _responses(world: World, month: Month, present: Present) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """One row a person asked, empty where nobody answered, and the second header row."""
    rng, people = world.streams["survey"], world.people
    ids, n = present.ids, len(present.ids)
    share = np.where(present.is_on_leave, SHARE_RESPONDING_ON_LEAVE, SHARE_RESPONDING)
    responds = happens(rng, share, n)
    points = _points(world, present, rng)
    is_given = responds[:, None] & ~happens(rng, SHARE_LEFT_OPEN, n * len(ITEMS)).reshape(n, -1)
    _tally(world, present, points, is_given)
    ended = np.where(responds, days_in(rng, month, n, people.hired[ids]), NEVER)
    started = dates(ended)
    minutes = rng.integers(8 * 60, 18 * 60, n)
    frame = pl.DataFrame(
        {
            "StartDate": _moments(started, minutes),
            "EndDate": _moments(started, minutes + 7),
            "Status": pl.Series(["0", "0"]).gather(responds.astype(int)),
            "Finished": pl.Series(["0", "1"]).gather(responds.astype(int)),
            "RecipientEmail": world.directory.mails(ids).str.to_uppercase(),
            # The tool's own id of a participant, the same in every wave.
            "ExternalReference": "PX" + pl.Series((ids + 1) * 48_271 % 2_147_483_647).cast(pl.String),
            "SurveyID": _wave(month),
            "InvitedOn": date_of(month.first).strftime("%Y-%m-%d"),
            **{
                f"Q{number}": pl.Series(points[:, number - 1]).set(pl.Series(~is_given[:, number - 1]), None)
                for number in range(1, len(ITEMS) + 1)
            },
        }
    )
    wordings = tuple(item.wording for item in ITEMS)
    about = ("Start Date", "End Date", "Response Type", "Finished", "Recipient\nEmail", "External Data Reference",
             "Survey", "Invited on")  # fmt: skip
    return frame, (*about, *wordings)


def _points(world: World, present: Present, rng: np.random.Generator) -> Array:
    """What everybody would answer: rows are people, columns items."""
    people, ids = world.people, present.ids
    lead = np.where(present.manager >= 0, people.leading[present.manager], 0.0)
    standing = BY_MOOD * people.mood[ids] + BY_LEADER * lead
    moment = np.sqrt(1 - BY_MOOD**2 - BY_LEADER**2)
    climate = world.effects.climate[present.sides]
    columns = []
    for item in ITEMS:
        latent = standing + moment * rng.standard_normal(len(ids)) + climate * item.is_of_leader
        columns.append(answers(item.mean + item.direction * item.spread * latent, item.low, item.high))
    return np.column_stack(columns)


def _tally(world: World, present: Present, points: Array, is_given: Array) -> None:
    """Person means of each index in points, for those who answered at least half of its items."""
    for measure, positions in (("engagement", ENGAGEMENT), ("coaching", COACHING), ("enps", [ENPS])):
        given = is_given[:, positions]
        enough = given.sum(axis=1) * 2 >= len(positions)
        mean = np.where(given, points[:, positions], 0).sum(axis=1)[enough] / given.sum(axis=1)[enough]
        if measure == "enps":
            mean = np.where(mean >= 9, 1, np.where(mean <= 6, -1, 0))
        world.tallies.add(measure, present.sides[enough], mean)
    world.tallies.add("response", present.sides, np.asarray(is_given.any(axis=1)))


def _moments(days: pl.Series, minutes: Array) -> pl.Series:
    clock = (
        pl.Series(minutes // 60).cast(pl.String).str.zfill(2) + ":" + pl.Series(minutes % 60).cast(pl.String).str.zfill(2)
    )
    return days.dt.to_string("%Y-%m-%d") + " " + clock + ":00"


def _import_ids(columns: list[str]) -> list[str]:
    keys = {"StartDate": "startDate", "EndDate": "endDate", "Status": "status", "Finished": "finished",
            "RecipientEmail": "recipientEmail", "ExternalReference": "externalDataReference"}  # fmt: skip
    return [f"QID{name[1:]}" if name[1:].isdigit() else keys.get(name, name) for name in columns]


def _questionnaire(month: Month) -> pl.DataFrame:
    """The wave and its items, one row an item; ids are the same in every wave."""
    return pl.DataFrame(
        [
            {
                "survey_id": _wave(month), "survey_title": f"Pulse {date_of(month.first):%B %Y}",
                "survey_kind": "engagement", "opened": date_of(month.first), "last_day": date_of(month.last),
                "minimum": PROMISED_MINIMUM, "item_id": key, "version": 1,
                "wording_hash": hashlib.sha256(item.wording.encode()).hexdigest()[:12], "theme": item.theme,
                "index": item.belongs_to, "lowest": item.low, "highest": item.high,
                "keyed": "normal" if item.direction == 1 else "reverse",
                "comparable_since": ASKED_SINCE,
            }
            for key, item in zip(KEYS, ITEMS, strict=True)
        ]
    )  # fmt: skip

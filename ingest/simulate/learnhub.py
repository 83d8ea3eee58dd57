"""learnhub, the learning system: pipe-delimited files with German dates and decimal commas; people by login address.

Here: what people learn and its exports (transcript in UTF-16, the rest in Latin-1, the catalogue as a workbook). Not
here: development outside courses (`opportunities`).
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.simulate.draws import codes, days_in, happens
from ingest.simulate.exports import dates, yes_no
from ingest.simulate.framework import COMPETENCY_IDS, LEADERSHIP_IDS
from ingest.simulate.names import SUPPLIER_DOMAIN, labels
from ingest.simulate.specification import NEVER, Array, Month
from ingest.simulate.telling import Cases, Rows
from ingest.simulate.world import Present, World

SOURCE = "learnhub"
GERMAN = "%d.%m.%Y"
N_COURSES = 60
RECORDS_A_YEAR, BY_GROWTH = 6.65, 0.25
STATUSES = ("CMP", "WDR", "FLD", "NSH")
STATUS_SHARES = (0.865, 0.05, 0.04, 0.045)
REGISTERED, UNDER_WAY = "REG", "INP"
SHARE_PROTECTED = 0.4
SEAT_ANSWERS, SEATS_BY_GROWTH = (0.8, 0.14, 0.06), 0.3
SHARE_COMPLETING, MOST_COMPLETING = 0.87, 0.95
CERTIFICATES = ("Arbeitsschutz für Führungskräfte", "Data Protection", "Sécurité informatique")
YEARLY_CERTIFIED = 0.3
GRANT_MONTH = 12
HOURS_GRANTED = 24
SHARE_WITH_BUDGET = 0.35
SEAT_STAGES = ("offered", "accepted", "declined", "completed")
SUPPLIER_LOGINS = 90
# Dirt in the transcript: what, the expected outcome, share of a month's rows.
DIRT = (
    ("a day that no calendar has", "quarantined", 0.0004),
    ("a status code that nobody knows", "quarantined", 0.0004),
    ("row written twice", "duplicate", 0.0005),
    ("a login that the HRIS does not know", "unresolved", 0.001),
)


class Programme(NamedTuple):
    """A programme with a run a month: for which levels, and the share of them offered a seat in a year."""

    title: str
    kind: str
    is_leadership: bool
    lowest: int
    highest: int
    share: float


PROGRAMMES = (
    Programme("Leading People", "academy", True, 3, 6, 0.14),
    Programme("First Steps", "cohort", False, 1, 2, 0.06),
    Programme("Peer Circle", "peer_circle", True, 4, 6, 0.08),
)
# The one that does something, where an effect is planted.
EFFECTIVE = PROGRAMMES[0]
RUN_DAYS = 106


class LearnHub:
    """Enrolments, programmes, certificates and grants."""

    def __init__(self) -> None:
        self._enrolments = Cases(("enrolled", "started", "ended"), owner="person")
        self._seats = Cases(SEAT_STAGES, owner="person")
        self._certificates = Rows()
        self._protected = np.zeros(0)
        self._n_records = self._n_suppliers = 0

    def run(self, world: World, present: Present) -> None:
        """One month of learning and its exports."""
        month = present.month
        if not len(self._protected):
            self._protected = np.zeros(world.people.capacity)
        if month.index == 0 or month.number == 1:
            world.landing.excel(SOURCE, "catalogue", month, catalogue(month.year), "Catalogue")
        self._enrol(world, month, present)
        _write(world, "transcript", month, self._transcript(world, month), encoding="utf-16")
        self._offer_seats(world, month, present)
        self._certify(world, month, present)
        if month.closes_quarter:
            _write(world, "programmes", month, self._programmes(world, month))
            _write(world, "certificates", month, self._certificates.take())
        if month.number == GRANT_MONTH:
            _write(world, "grants", month, self._grants(world, month, present))

    def _enrol(self, world: World, month: Month, present: Present) -> None:
        rng, people = world.streams["learning"], world.people
        is_working = ~present.is_on_leave
        ids, sides = present.ids[is_working], present.sides[is_working]
        mean = RECORDS_A_YEAR / 12 * np.exp(BY_GROWTH * people.growth[ids] - BY_GROWTH**2 / 2)
        n_each = rng.poisson(mean * world.effects.development[sides])
        world.tallies.add("learning", sides, n_each)
        who = np.repeat(ids, n_each)
        n = len(who)
        course = rng.integers(0, N_COURSES, n)
        enrolled = days_in(rng, month, n, people.hired[who])
        started = enrolled + rng.integers(0, 6, n)
        ended = started + rng.exponential(14, n).astype(np.int64)
        is_open = happens(rng, 0.02, n)
        outcome = codes(rng, STATUS_SHARES, n)
        hours = np.round(_HOURS[course] * rng.uniform(0.8, 1.2, n) * np.where(outcome == 0, 1.0, 0.4), 1)
        hours[outcome == 3] = 0.0
        protected = happens(rng, SHARE_PROTECTED, n)
        np.add.at(self._protected, who[protected], hours[protected])
        self._enrolments.add(
            person=who,
            record=np.arange(self._n_records, self._n_records + n),
            course=course,
            enrolled=enrolled,
            started=np.where(outcome == 3, NEVER, started),
            ended=np.where(is_open, NEVER, ended),
            outcome=outcome,
            score=np.where(outcome == 0, rng.integers(60, 101, n), rng.integers(20, 60, n)),
            hours=hours,
            protected=protected,
        )
        self._n_records += n

    def _transcript(self, world: World, month: Month) -> pl.DataFrame:
        """Enrolments with news, and a little dirt: logins of suppliers' staff, impossible dates, unknown codes."""
        told = self._enrolments.news(month.last, world.people.exit)
        has_ended = told["ended"].is_not_null()
        course, outcome = told["course"].to_numpy(), told["outcome"].to_numpy()
        under_way = labels((REGISTERED, UNDER_WAY), told["started"].is_not_null().to_numpy())
        frame = pl.DataFrame(
            {
                "Login": world.directory.logins(told["person"].to_numpy()),
                "Registration": _numbered("REG", told["record"].to_numpy()),
                "Item": _COURSE_IDS.gather(course),
                "Enrolled": told["enrolled"].dt.to_string(GERMAN),
                "Started": told["started"].dt.to_string(GERMAN),
                "Completed": told["ended"].set(pl.Series(outcome != 0), None).dt.to_string(GERMAN),
                "Due": told["enrolled"].dt.offset_by("60d").dt.to_string(GERMAN),
                "Status": under_way.zip_with(~has_ended, labels(STATUSES, outcome)),
                "Score": told["score"].set(~has_ended, None),
                "Hours": told["hours"].set(~has_ended, None),
                "Cost": _prices(month.year)[course],
                "Currency": "EUR",
                "Protected": yes_no(told["protected"].to_numpy(), "ja", "nein"),
            }
        )
        return self._dirtied(world, frame)

    def _dirtied(self, world: World, frame: pl.DataFrame) -> pl.DataFrame:
        rng = world.streams["dirt_learning"]
        n_of_each = [int(rng.binomial(frame.height, share)) for *_, share in DIRT]
        for (what, expected, _), n in zip(DIRT, n_of_each, strict=True):
            world.dirt[f"{SOURCE}/transcript", "lms.learning_records", what, expected] += n
        chosen = rng.permutation(frame.height)
        bad_days, bad_codes, repeated, copied, _ = np.split(chosen, np.cumsum(n_of_each))
        number = self._n_suppliers + np.arange(len(copied))
        self._n_suppliers += len(copied)
        suppliers = frame[copied].with_columns(
            Login="contractor." + pl.Series(number % SUPPLIER_LOGINS).cast(pl.String) + f"@{SUPPLIER_DOMAIN}",
            Registration=_numbered("EXT", number),
        )
        again = frame[repeated]
        frame = frame.with_columns(
            Enrolled=frame["Enrolled"].scatter(bad_days, "31.02.2024"),
            Status=frame["Status"].scatter(bad_codes, "XFR"),
        )
        return pl.concat([frame, again, suppliers])

    def _offer_seats(self, world: World, month: Month, present: Present) -> None:
        """Offer seats of every programme's next run to a few of the levels that it is for."""
        rng, people = world.streams["programmes"], world.people
        for number, programme in enumerate(PROGRAMMES, start=1):
            level = people.level[present.ids]
            fits = ~present.is_on_leave & (level >= programme.lowest) & (level <= programme.highest)
            ids, sides = present.ids[fits], present.sides[fits]
            rate = programme.share / 12 * np.exp(SEATS_BY_GROWTH * people.growth[ids] - SEATS_BY_GROWTH**2 / 2)
            ids = ids[happens(rng, rate * world.effects.development[sides], len(ids))]
            n = len(ids)
            offered = days_in(rng, month, n, people.manager_since[ids])
            answered, answer = offered + rng.integers(1, 14, n), codes(rng, SEAT_ANSWERS, n)
            share = np.minimum(SHARE_COMPLETING * world.effects.development[world.sides(ids)], MOST_COMPLETING)
            completes = (answer == 0) & happens(rng, share, n)
            ends = month.last + RUN_DAYS
            if programme is EFFECTIVE:
                taking = ids[(answer == 0) & ~np.isin(ids, world.irremovable)]
                people.trained_from[taking] = np.minimum(people.trained_from[taking], ends)
            self._seats.add(
                person=ids, offered=offered, accepted=np.where(answer == 0, answered, NEVER),
                declined=np.where(answer == 1, answered, NEVER),
                completed=np.where(completes, month.last + rng.integers(110, 150, n), NEVER),
                **{
                    "Programme": f"PRG-{month.year}-{month.number:02}-{number}",
                    "Title": programme.title,
                    "Type": programme.kind,
                    "Leadership": "ja" if programme.is_leadership else "nein",
                    "Seats": n,
                    "Begin": dates(np.full(n, month.last + 15)),
                    "End": dates(np.full(n, ends)),
                    # A seat keeps the addresses under which it was offered.
                    "Login": world.directory.logins(ids),
                    "Nominated By": world.directory.logins(people.manager[ids]),
                },
            )  # fmt: skip

    def _programmes(self, world: World, month: Month) -> pl.DataFrame:
        told = self._seats.news(month.last, world.people.exit)
        if not told.height:
            return told
        return told.drop("person").rename({stage: stage.capitalize() for stage in SEAT_STAGES})

    def _certify(self, world: World, month: Month, present: Present) -> None:
        rng = world.streams["certificates"]
        ids = present.working[happens(rng, YEARLY_CERTIFIED / 12, len(present.working))]
        awarded = days_in(rng, month, len(ids), world.people.hired[ids])
        self._certificates.add(
            Login=world.directory.logins(ids),
            Certificate=labels(CERTIFICATES, rng.integers(0, len(CERTIFICATES), len(ids))),
            Awarded=dates(awarded),
            Expires=dates(awarded + 730),
        )

    def _grants(self, world: World, month: Month, present: Present) -> pl.DataFrame:
        """Everybody's protected hours of the year, some people's budgets, and what was used of them."""
        rng, ids = world.streams["grants"], present.ids
        used = np.minimum(self._protected[ids], HOURS_GRANTED)
        self._protected[:] = 0.0
        rich = ids[happens(rng, SHARE_WITH_BUDGET, len(ids))]
        budget = 100.0 * rng.integers(3, 13, len(rich))
        spent = np.minimum(rng.beta(2, 1.5, len(rich)) * world.conduct(rich), 1.0)
        year = {"From": dt.date(month.year, 1, 1), "To": dt.date(month.year + 1, 1, 1)}
        hours = pl.DataFrame(
            {
                "Login": world.directory.logins(ids), "Grant": "Stunden", **year, "Granted": float(HOURS_GRANTED),
                "Used": np.round(used, 1), "Currency": labels(("EUR",), np.full(len(ids), -1)),
            }
        )  # fmt: skip
        money = pl.DataFrame(
            {
                "Login": world.directory.logins(rich), "Grant": "Budget", **year, "Granted": budget,
                "Used": np.round(budget * spent, 2), "Currency": "EUR",
            }
        )  # fmt: skip
        return pl.concat([hours, money])


def _write(world: World, kind: str, month: Month, frame: pl.DataFrame, encoding: str = "latin-1") -> None:
    world.landing.csv(
        SOURCE, kind, month, frame, separator="|", encoding=encoding, suffix="txt", decimal_comma=True,
        date_format=GERMAN,
    )  # fmt: skip


def _numbered(prefix: str, numbers: Array) -> pl.Series:
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(7)


_COURSE_IDS = pl.Series([f"C-{number:03}" for number in range(1, N_COURSES + 1)])
_HOURS = np.array([(1.0, 2.0, 3.0, 4.0, 6.0, 7.5)[number % 6] for number in range(N_COURSES)])
_COST = np.array([(0.0, 40.0, 90.0, 120.0, 180.0)[number % 5] for number in range(N_COURSES)])


def _prices(year: int) -> Array:
    """Prices of a year: a little more every January."""
    return np.rint(_COST * 1.03 ** (year - 2020))


def catalogue(year: int) -> pl.DataFrame:
    """The courses on offer in a year, as a sheet of a workbook."""
    kinds = ("Course", "Micro Credential", "Simulation", "Course", "Peer Circle")
    tags = [COMPETENCY_IDS[number % len(COMPETENCY_IDS)] for number in range(N_COURSES)]
    return pl.DataFrame(
        {
            "Item": _COURSE_IDS,
            "Title": [f"{tag.capitalize()} {number // len(COMPETENCY_IDS) + 1}" for number, tag in enumerate(tags)],
            "Kind": [kinds[number % len(kinds)] for number in range(N_COURSES)],
            "Competencies": tags,
            "Hours": _HOURS,
            "Price": _prices(year),
            "Currency": "EUR",
            "Leadership": ["Yes" if tag in LEADERSHIP_IDS else "No" for tag in tags],
        }
    )

"""corehr, the HRIS: comma-separated reports with underscored headings and ISO dates; people by employee id.

Here: its monthly and quarterly reports: workers in full, what they say of themselves, changes of jobs, pay and leaves,
units, positions, exchange rates. Not here: its yearly reports (`appraisals`) and what happens to people (`careers`, `pay`).
"""

import datetime as dt

import numpy as np
import polars as pl

from ingest.simulate.exports import dates, yes_no
from ingest.simulate.names import labels
from ingest.simulate.specification import NEVER, Array, Month, month_number, month_starts
from ingest.simulate.vocabulary import (
    AGE_BANDS,
    CURRENCIES,
    DISABILITIES,
    ETHNICITIES,
    EVENTS,
    EXIT_REASONS,
    FAMILIES,
    FAMILY_EEO,
    FULL_TIME_HOURS,
    GENDERS,
    LEAVE_KINDS,
    LEVELS,
    PEOPLE_LEAD,
    SITES,
    SPECIALISMS,
    TRACKS,
    VOLUNTARY_REASONS,
)
from ingest.simulate.world import Present, World

SOURCE = "corehr"
LEVEL_CODES = ("", *(f"{level}_{name.replace(' ', '_')}" for level, name in enumerate(LEVELS, start=1)))
MANAGERS_EEO, EXECUTIVES_EEO = "1.2 First/Mid-Level Managers", "1.1 Executives/Senior Managers"
# A categories-of-workers scheme of three bands in each family.
BANDS = ("", "A", "A", "B", "B", "C", "C", "C", "C")
# The last answer of each stands for none given.
ANSWERS = {"gender": GENDERS, "ethnicity": ETHNICITIES, "disability": DISABILITIES}
POUNDS_A_EURO, DOLLARS_A_EURO = 0.86, 1.10
# The one category of workers whose gap the company has found good reasons for.
JUSTIFIED = {"Company": "Kestrelway GmbH", "Country": "DE", "Worker_Category": "Sales B", "Criterion": "shift"}
SHARE_REPEATED = 0.0003


class CoreHR:
    """Writes what the HRIS exports at the end of each month."""

    def __init__(self) -> None:
        # units of each currency for a euro, by the stream of draws that moves it
        self._rate = {"rates": POUNDS_A_EURO, "rates_dollar": DOLLARS_A_EURO}
        self._rates: list[tuple[int, str, float]] = []
        # how many people the last export knew
        self._n_known = 0

    def run(self, world: World, present: Present) -> None:
        """One month's reports."""
        month = present.month
        landing = world.landing
        landing.csv(SOURCE, "workers", month, _workers(world))
        landing.csv(SOURCE, "self_identification", month, _self_identification(world, month, self._n_known))
        self._n_known = world.people.n
        landing.csv(SOURCE, "job_changes", month, _jobs(world, month))
        landing.csv(SOURCE, "pay_changes", month, _repeated(world, _pay(world, month)))
        bonuses = world.bonuses.take()
        if bonuses.height:
            landing.csv(SOURCE, "bonus_payments", month, _bonuses(world, month, bonuses))
        leaves = world.leaves.take()
        if leaves.height:
            landing.csv(SOURCE, "leaves", month, _leaves(world, leaves))
        if world.organisation.changed:
            landing.csv(SOURCE, "org_units", month, _units(world))
            world.organisation.changed = False
        for stream, currency in (("rates", "GBP"), ("rates_dollar", "USD")):
            self._rate[stream] *= float(np.exp(world.streams[stream].normal(0, 0.012)))
            self._rates.append((month.last, currency, self._rate[stream]))
        if month.index == 0:
            landing.csv(SOURCE, "pay_justifications", month, _justifications(month))
        if month.closes_quarter:
            landing.csv(SOURCE, "positions", month, _positions(world))
            landing.csv(SOURCE, "fx_rates", month, _rates(self._rates))
            self._rates = []


def _workers(world: World) -> pl.DataFrame:
    """Everybody ever employed, one row a spell, as known now."""
    people = world.people
    spells = pl.DataFrame(people.spells(people.everybody()))
    former = world.former_spells.frame()
    if former.height:
        spells = pl.concat([spells, former])
    who = spells["person"].to_numpy()
    reason = spells["exit_reason"].to_numpy()
    has_left = reason >= 0
    is_choice = has_left & (reason < len(VOLUNTARY_REASONS))
    directory = world.directory
    mail_since = np.where(people.renamed_on[who] < NEVER, people.renamed_on[who], people.first_hired[who])
    return pl.DataFrame(
        {
            "Employee_ID": directory.employee_ids(who),
            "Legal_Name_First_Name": directory.first_names(who),
            "Legal_Name_Last_Name": directory.last_names(who),
            "Email_Primary_Work": directory.mails(who),
            "Email_Since": dates(mail_since),
            "Previous_Email": directory.former_mails(who),
            "Hire_Date": dates(spells["hired"].to_numpy()),
            "Original_Hire_Date": dates(people.first_hired[who]),
            "Termination_Date": dates(spells["exit"].to_numpy()),
            "Notice_Date": dates(spells["notice"].to_numpy()),
            "Termination_Reason": labels(EXIT_REASONS, reason),
            "Termination_Category": labels(("Involuntary", "Voluntary"), np.where(has_left, is_choice, -1)),
            "Regrettable_Termination": labels(("No", "Yes"), np.where(has_left, spells["is_regretted"].to_numpy(), -1)),
            "Rehire": yes_no(spells["is_rehire"].to_numpy()),
        }
    )


def _self_identification(world: World, month: Month, n_known: int) -> pl.DataFrame:
    """What people say of themselves, for few eyes: of newcomers everything, of others what they declared in the month.

    An answer has no date of its own, so a later one overwrites what was undisclosed; an age band begins on a day.
    """
    people = world.people
    is_new = people.everybody() >= n_known
    answers = []
    for name, values in people.attributes.items():
        declared_on = people.declared_on[name][: people.n]
        has_declared = people.is_declared(name, month.last)
        who = np.flatnonzero(is_new | (has_declared & (declared_on >= month.first)))
        answer = np.where(has_declared, values[: people.n], len(ANSWERS[name]) - 1)[who]
        said_on = np.where(has_declared, declared_on, NEVER)[who]
        answers.append(_told(world, who, name, labels(ANSWERS[name], answer), np.full(len(who), NEVER), said_on))
    return pl.concat([*answers, *_age_bands(world, month, is_new)])


def _told(world: World, who: Array, attribute: str, answer: pl.Series, effective: Array, declared_on: Array) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Employee_ID": world.directory.employee_ids(who),
            "Category": pl.repeat(attribute.replace("_", " ").title(), len(who), eager=True),
            "Answer": answer,
            "Effective_Date": dates(effective),
            "Declared_On": dates(declared_on),
        }
    )


def _age_bands(world: World, month: Month, is_new: Array) -> list[pl.DataFrame]:
    """Age bands from the first of the month of birth on: those that begin in the month, and what newcomers bring.

    Of a newcomer whose band began within the history, the band before is told as well.
    """
    birth = world.people.birth[: world.people.n].astype("M8[D]").astype("M8[M]").astype(int)
    this_month = month_number(month.last)
    band = np.clip((this_month - birth) // 120 - 2, 0, len(AGE_BANDS) - 1)
    begins = birth + np.where(band > 0, (band + 2) * 120, 16 * 12)
    is_within_history = (band > 0) & (begins >= this_month - month.index)
    frames = []
    for which, told in ((band - 1, is_new & is_within_history), (band, is_new | (begins == this_month))):
        who = np.flatnonzero(told)
        since = birth + np.where(which > 0, (which + 2) * 120, 16 * 12)
        answer = labels(AGE_BANDS, which[who])
        frames.append(_told(world, who, "age_band", answer, month_starts(since[who]), np.full(len(who), NEVER)))
    return frames


def _jobs(world: World, month: Month) -> pl.DataFrame:
    told = world.jobs.told_in(month, world.people.held_until)
    column = {name: told[name].to_numpy() for name in told.columns}
    level, track, family, site = (column[name] for name in ("level", "track", "family", "site"))
    is_lead = track == PEOPLE_LEAD
    names, levels = pl.Series(FAMILIES), pl.Series(("", *LEVELS))
    directory = world.directory
    special = labels(SPECIALISMS, column["specialism"])
    code = names.str.slice(0, 3).str.to_uppercase().gather(family)
    eeo = labels((*FAMILY_EEO, MANAGERS_EEO, EXECUTIVES_EEO), np.where(level >= 7, 7, np.where(is_lead, 6, family)))
    return pl.DataFrame(
        {
            "Employee_ID": directory.employee_ids(column["person"]),
            "Effective_Date": dates(column["day"]),
            "Sequence": column["sequence"],
            "Event_Reason": labels(EVENTS, column["event"]),
            "Job_Code": code + "-" + pl.Series(level).cast(pl.String) + labels(("M", "T", "S"), track) + "-" + special,
            "Business_Title": levels.gather(level)
            + " "
            + names.gather(family)
            + labels((" Manager", "", ""), track)
            + ", "
            + special,
            "Job_Family": names.gather(family),
            "Management_Level": labels(LEVEL_CODES, level),
            "Career_Track": labels(TRACKS, track),
            "Supervisory_Organization": world.organisation.unit_ids(column["unit"]),
            "Manager_ID": directory.employee_ids(column["manager"]),
            "Position_ID": world.organisation.position_ids(column["position"]),
            "Location": labels([place.name for place in SITES], site),
            "Company": labels([place.entity for place in SITES], site),
            "Country": labels([place.country for place in SITES], site),
            "Worker_Category": names.gather(family) + " " + labels(BANDS, level),
            "EEO_Category": eeo,
            "FTE_Percent": np.rint(column["fte"] * 100).astype(np.int64),
            "Scheduled_Weekly_Hours": np.round(column["fte"] * FULL_TIME_HOURS[site], 2),
            "Is_Primary_Job": "Yes",
        }
    )


def _pay(world: World, month: Month) -> pl.DataFrame:
    told = world.pay.told_in(month, world.people.held_until)
    return pl.DataFrame(
        {
            "Employee_ID": world.directory.employee_ids(told["person"].to_numpy()),
            "Pay_Component": "Base Salary",
            "Effective_Date": dates(told["day"].to_numpy()),
            "Sequence": told["sequence"],
            "Amount": told["amount"],
            "Currency": labels(CURRENCIES, told["site"].to_numpy()),
            "Frequency": "Annual",
            "Paid_Hours": told["hours"],
            "Reason": told["reason"],
        }
    )


def _bonuses(world: World, month: Month, bonuses: pl.DataFrame) -> pl.DataFrame:
    """Payments for the calendar year before."""
    return pl.DataFrame(
        {
            "Employee_ID": world.directory.employee_ids(bonuses["person"].to_numpy()),
            "Payment_Date": dates(bonuses["day"].to_numpy()),
            "Bonus_Amount": bonuses["amount"],
            "Currency": labels(CURRENCIES, bonuses["site"].to_numpy()),
            "Period_Start": dt.date(month.year - 1, 1, 1),
            "Period_End": dt.date(month.year - 1, 12, 31),
            "Plan": "Annual Bonus",
        }
    )


def _repeated(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """With a few rows written twice, as joins in reports do."""
    n = world.streams["dirt_pay"].binomial(frame.height, SHARE_REPEATED)
    world.dirt["corehr/pay_changes", "hris.compensation", "row written twice", "duplicate"] += n
    return pl.concat([frame, frame.head(n)])


def _leaves(world: World, leaves: pl.DataFrame) -> pl.DataFrame:
    kind = leaves["kind"].to_numpy()
    return pl.DataFrame(
        {
            "Employee_ID": world.directory.employee_ids(leaves["person"].to_numpy()),
            "Leave_Type": labels(LEAVE_KINDS, kind),
            "Leave_Start": dates(leaves["begins"].to_numpy()),
            # The last day away, as this report counts; the map makes it the first day back.
            "Leave_Last_Day": dates(leaves["ends"].to_numpy() - 1),
            "Paid_Percent": np.array([60, 100, 0])[kind],
        }
    )


def _units(world: World) -> pl.DataFrame:
    rows = world.organisation.unit_rows()
    return pl.DataFrame(
        {
            "Organization_ID": rows["unit"],
            "Effective_Date": dates(rows["day"].to_numpy()),
            "Organization_Name": rows["name"],
            "Superior_Organization": rows["parent"],
            "Organization_Type": rows["kind"].str.to_titlecase(),
        }
    )


def _positions(world: World) -> pl.DataFrame:
    rows = world.organisation.position_rows()
    column = {name: rows[name].to_numpy() for name in rows.columns}
    unit, is_vacant = column["unit"], column["incumbent"] < 0
    return pl.DataFrame(
        {
            "Position_ID": world.organisation.position_ids(unit),
            "Effective_Date": dates(column["from"]),
            "End_Date": dates(column["until"]),
            "Position_Title": pl.Series(("", *LEVELS)).gather(world.organisation.nominal[unit]) + " in charge",
            "Supervisory_Organization": world.organisation.unit_ids(unit),
            "Management_Level": labels(LEVEL_CODES, world.organisation.nominal[unit]),
            "Leadership_Position": "Yes",
            "Critical_Position": yes_no(world.organisation.is_critical[unit]),
            "Incumbent_ID": world.directory.employee_ids(column["incumbent"]),
            "Vacant_Since": dates(np.where(is_vacant, column["from"], NEVER)),
            "Filled_On": dates(np.where(is_vacant, NEVER, column["from"])),
            "Fill_Source": labels(("External", "Internal"), column["source"]),
        }
    )


def _justifications(month: Month) -> pl.DataFrame:
    """The register of pay gaps with a reason."""
    return pl.DataFrame(
        {**JUSTIFIED, "Holds_From": dates(np.array([month.first])), "Heard_On": dates(np.array([month.first]))}
    )


def _rates(rates: list[tuple[int, str, float]]) -> pl.DataFrame:
    """Rates of every pair of currencies, by way of the euro."""
    day, currency, rate = (np.array(column) for column in zip(*rates, strict=True))
    forth = pl.DataFrame({"Rate_Date": dates(day), "From": "EUR", "To": currency, "Rate": np.round(rate, 6)})
    back = pl.DataFrame({"Rate_Date": dates(day), "From": currency, "To": "EUR", "Rate": np.round(1 / rate, 6)})
    one, other = (forth.filter(pl.col("To") == name) for name in ("GBP", "USD"))
    dollars = (other["Rate"] / one["Rate"]).round(6)
    across = one.select("Rate_Date", From=pl.lit("GBP"), To=pl.lit("USD"), Rate=dollars)
    return pl.concat([forth, back, across, across.select("Rate_Date", From="To", To="From", Rate=(1 / dollars).round(6))])

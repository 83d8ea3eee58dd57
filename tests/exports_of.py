"""The simulated company's exports, read back as a stranger would: no code of the simulation or of ingest is used.

Here: frames out of landing files. Not here: what they must show (`test_simulate`).
"""

import datetime as dt
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

# The company that the tests share.
EMPLOYEES, MONTHS = 2000, 36
THOUSAND_YEARS = EMPLOYEES / 1000 * MONTHS / 12


class Exports:
    """One home's landing files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.truth: dict[str, Any] = json.loads((root / "truth.json").read_text())

    def files(self, source: str, kind: str) -> list[Path]:
        return sorted((self.root / "landing" / source).glob(f"{kind}_[0-9]*"))

    def csv(self, source: str, kind: str, **options: Any) -> pl.DataFrame:
        """Every file of a kind, as strings, with the day of its export."""
        frames = [
            pl.read_csv(path, infer_schema=False, **options).with_columns(told=pl.lit(exported_on(path)))
            for path in self.files(source, kind)
        ]
        return pl.concat(frames)

    def records(self, kind: str, record: str) -> pl.DataFrame:
        """Every record of one kind in talentsuite's JSON documents."""
        found = [
            {**one, "told": exported_on(path)}
            for path in self.files("talentsuite", kind)
            for one in json.loads(path.read_text())["items"]
            if one["record"] == record
        ]
        return pl.DataFrame(found, infer_schema_length=None)

    @cached_property
    def workers(self) -> pl.DataFrame:
        """The last snapshot: one row a spell, dates parsed, and what the person says of themselves."""
        days = pl.col("Hire_Date", "Termination_Date", "Notice_Date").str.to_date()
        path = self.files("corehr", "workers")[-1]
        spells = pl.read_csv(path, infer_schema=False).with_columns(days).rename({"Employee_ID": "worker"})
        said = self.answered.filter(pl.col("Category") != "Age Band").group_by("worker", "Category").last()
        return spells.join(said.pivot("Category", index="worker", values="Answer"), on="worker", how="left")

    @cached_property
    def answered(self) -> pl.DataFrame:
        """What people said of themselves, in the order in which it was told."""
        return self.csv("corehr", "self_identification").rename({"Employee_ID": "worker"})

    @cached_property
    def jobs(self) -> pl.DataFrame:
        """Job history with corrections applied: the last word on each key, in order."""
        frame = self.csv("corehr", "job_changes").select(
            pl.col("Employee_ID").alias("worker"),
            pl.col("Effective_Date").str.to_date().alias("day"),
            pl.col("Sequence").cast(pl.Int32).alias("sequence"),
            pl.col("Event_Reason").alias("event"),
            pl.col("Management_Level").str.extract(r"^(\d)").cast(pl.Int32).alias("level"),
            pl.col("Job_Family").alias("family"),
            pl.col("Career_Track").alias("track"),
            pl.col("Supervisory_Organization").alias("unit"),
            pl.col("Manager_ID").alias("manager"),
            pl.col("Country").alias("country"),
            pl.col("FTE_Percent").cast(pl.Int32).alias("fte"),
            "told",
        )
        keys = ["worker", "day", "sequence"]
        return frame.unique(subset=keys, keep="last", maintain_order=True).sort(keys)

    def jobs_on(self, day: dt.date) -> pl.DataFrame:
        """The job of everybody employed on a day."""
        spells = self.workers.filter(
            (pl.col("Hire_Date") <= day) & (pl.col("Termination_Date").is_null() | (pl.col("Termination_Date") > day))
        )
        last = self.jobs.filter(pl.col("day") <= day).group_by("worker", maintain_order=True).last()
        return spells.select("worker", "Hire_Date", "Gender", "Ethnicity").join(last, on="worker", how="left")

    @cached_property
    def month_ends(self) -> list[dt.date]:
        return [exported_on(path) for path in self.files("corehr", "workers")]

    @cached_property
    def workers_by_mail(self) -> pl.DataFrame:
        """Whom an address ever meant."""
        now = self.workers.select("worker", pl.col("Email_Primary_Work").alias("mail"))
        before = self.workers.select("worker", pl.col("Previous_Email").alias("mail")).drop_nulls()
        return pl.concat([now, before]).unique()

    @cached_property
    def answers(self) -> pl.DataFrame:
        """Survey responses, one row a person invited; items as Q1 to Q14."""
        frames = []
        for path in self.files("pulse", "responses"):
            frame = pl.read_csv(path, infer_schema=False).slice(2)
            day = pl.lit(exported_on(path)).alias("told")
            items = pl.col("^Q[0-9]+$").cast(pl.Int32)
            frames.append(frame.with_columns(pl.col("RecipientEmail").str.to_lowercase().alias("mail"), items, day))
        return pl.concat(frames).join(self.workers_by_mail, on="mail")

    def transcript(self) -> pl.DataFrame:
        """The last word on every enrolment of somebody whom the HRIS knows."""
        frames = []
        for path in self.files("learnhub", "transcript"):
            text = path.read_bytes().decode("utf-16")
            frames.append(pl.read_csv(text.encode(), separator="|", infer_schema=False))
        frame = pl.concat(frames).unique(subset=["Registration"], keep="last", maintain_order=True)
        hours = pl.col("Hours").str.replace(",", ".", literal=True).cast(pl.Float64)
        return frame.join(self.workers_by_mail, left_on="Login", right_on="mail").with_columns(hours)


def exported_on(path: Path) -> dt.date:
    """The day that a file's name carries."""
    return dt.date.fromisoformat(path.stem[-10:])


def number_of(worker: str) -> str:
    """An employee id as talentsuite writes it."""
    return str(int(worker[1:]))

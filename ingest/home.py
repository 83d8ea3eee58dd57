"""Where a warehouse lives and what its owner declared: the home folder and its `sources.yml`.

Here: paths, the declared sources, the lock that keeps two refreshes apart. Not here: reading any export.
"""

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Identity = Literal["person", "attributes", "anonymous"]


class ConfigurationError(Exception):
    """Something that the owner of the home must change: says where, what was expected and what to do next."""


class AlreadyRunning(Exception):
    """Another refresh holds the home's lock."""


@dataclass(frozen=True)
class Namespaces:
    """The spaces that a source's identifiers belong to: its people's ids, the former ids that it tells, e-mail addresses."""

    ids: str = "people"
    aliases: str = "people"
    emails: str = "people"

    def of(self, kind: str) -> str:
        """The space of one kind of identifier. What a system made up itself (logins, nodes, names) goes with its ids."""
        return {"alias": self.aliases, "email": self.emails}.get(kind, self.ids)


class Continuation(BaseModel):
    """A migration: the source takes over from another one on a day, and each tells of its own days alone."""

    model_config = ConfigDict(extra="forbid")

    source: str
    # The first day that the new system speaks for; before it the old one does.
    from_: dt.date = Field(alias="from")
    # The source that tells the old system's ids as aliases of the new one's; the new system itself where it does.
    people: str | None = None
    # Share of the person-months of those who should be in both that may be lost before nothing is published.
    tolerated_loss: float = Field(default=0.005, ge=0, le=1)


class Source(BaseModel):
    """One system whose exports land in `landing/<name>/`."""

    model_config = ConfigDict(extra="forbid")

    map: str
    identity: Identity = "person"
    # People of sources with the same `ids` share one space of employee ids: "E7" here is "E7" there.
    ids: str = "people"
    cadence: Literal["daily", "weekly", "monthly", "quarterly", "yearly", "once"] = "monthly"
    owner: str = "people-analytics"
    # A literal stamp for exports that carry none in name or content, e.g. a one-off history.
    exported_at: str | None = None
    continues: Continuation | None = None


class Retention(BaseModel):
    """How long people, and looks at their cases, are kept; nobody is erased by age unless it is said here."""

    model_config = ConfigDict(extra="forbid")

    # Leavers are erased by `fairlead forget --expired` this many months after their exit.
    months_after_exit: int | None = Field(default=None, ge=1)
    # Looks at cases for promotion stay in the access log so long; the law asks for six months (EU 2024/1689 art. 26(6)).
    days_of_looks: int = Field(default=730, ge=184)


class Policy(BaseModel):
    """What the owner may tighten; the shipped values are the defaults of the documentation."""

    model_config = ConfigDict(extra="forbid")

    keep_releases: int = Field(default=7, ge=1)
    webhook: str | None = None
    nightly: str = "0 3 * * *"
    # How often leadership's tables change; on other nights they are republished as they are.
    leadership_changes: Literal["nightly", "monthly", "quarterly"] = "monthly"
    # Last days of closed periods that the next edition tells anew whomever that tells, and why; an error outweighs it.
    restate: dict[dt.date, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    company: str = "Company"
    # First day from which the history is whole, leavers included; before it only survivors are known.
    history_from: dt.date | None = None
    retention: Retention = Field(default_factory=Retention)


class Configuration(BaseModel):
    """`sources.yml`, whole."""

    model_config = ConfigDict(extra="forbid")

    sources: dict[str, Source] = Field(default_factory=dict)
    policy: Policy = Field(default_factory=Policy)

    @property
    def continuations(self) -> dict[str, Continuation]:
        """Every declared migration, by the source that takes over."""
        return {name: source.continues for name, source in self.sources.items() if source.continues}

    def namespaces(self, name: str) -> Namespaces:
        """The spaces of a source's identifiers.

        An address means one mailbox to every system; an id means a person within its `ids` alone; and nothing of a
        source that names no persons means anybody to another.
        """
        source = self.sources[name]
        if source.identity != "person":
            own = f"{source.identity}:{name}"
            return Namespaces(own, own, own)
        told_by = {one.people or new: self.sources[one.source].ids for new, one in self.continuations.items()}
        return Namespaces(source.ids, told_by.get(name, source.ids))

    @property
    def succession(self) -> dict[str, str]:
        """Source -> the newest source of its line of migrations, of those that belong to one."""
        heirs = {one.source: new for new, one in self.continuations.items()}
        newest = {}
        for name in {*heirs, *heirs.values()}:
            heir = name
            while heir in heirs:
                heir = heirs[heir]
            newest[name] = heir
        return newest

    @model_validator(mode="after")
    def migrations_hold_together(self) -> "Configuration":
        """Each migration names sources of persons, no source has two heirs, and no line of them runs in a circle."""
        heirs: dict[str, str] = {}
        tellers: dict[str, str] = {}
        for new, one in self.continuations.items():
            where = f"sources.{new}.continues"
            people = one.people or new
            for other in (new, one.source, people):
                if other not in self.sources:
                    raise ValueError(f"{where}: there is no source {other}; there are {', '.join(sorted(self.sources))}")
                if self.sources[other].identity != "person":
                    raise ValueError(f"{where}: {other} names no persons (identity: {self.sources[other].identity})")
            if self.sources[people].ids != self.sources[new].ids:
                raise ValueError(
                    f"{where}: {people} tells who people of {new} were, so both need the same `ids`; they have "
                    f"{self.sources[people].ids} and {self.sources[new].ids}"
                )
            if (first := heirs.setdefault(one.source, new)) != new:
                raise ValueError(f"{where}: {one.source} is continued by {first} already; one system takes over from one")
            if (first := tellers.setdefault(people, new)) != new:
                raise ValueError(f"{where}: {people} tells the former ids of {first} already; give each its own source")
        for new in heirs.values():
            line, name = {new}, new
            while name in heirs:
                name = heirs[name]
                if name in line:
                    raise ValueError(f"sources.{new}.continues: the sources continue one another in a circle")
                line.add(name)
        return self


@dataclass(frozen=True)
class Home:
    """The folder that holds one warehouse. Paths only; nothing is opened or made here but by `prepare`."""

    root: Path

    @property
    def sources_file(self) -> Path:
        return self.root / "sources.yml"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def raw(self) -> Path:
        return self.root / "raw.duckdb"

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        return self.published / "current"

    @property
    def handed(self) -> Path:
        """Every cell that leadership was ever handed; it outlives the releases."""
        return self.root / "handed.duckdb"

    @property
    def scratch(self) -> Path:
        """Spools of files too large to hold, while they are read."""
        return self.root / "reading"

    @property
    def access_log(self) -> Path:
        """Who looked at whose case or asked a release what: beside the home, for it outlives what is in it."""
        return self.root.with_name(f"{self.root.name}-access.jsonl")

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    def prepare(self) -> None:
        """Make the folders, closed to everybody but their owner: they hold people."""
        for folder in (self.root, self.landing, self.builds, self.published, self.dagster):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read_configuration(self) -> Configuration:
        """`sources.yml`, checked. ConfigurationError names the entry that is wrong."""
        if not self.sources_file.exists():
            raise ConfigurationError(
                f"{self.sources_file}: not found. Run `fairlead simulate` for a demo company, or declare your sources "
                "there (README, 'Drop your own exports')."
            )
        try:
            content = yaml.safe_load(self.sources_file.read_text()) or {}
            return Configuration.model_validate(content)
        except yaml.YAMLError as error:
            raise ConfigurationError(f"{self.sources_file}: not valid YAML: {error}") from error
        except ValidationError as error:
            raise ConfigurationError(f"{self.sources_file}: {describe_validation(error)}") from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the home for one refresh. The system drops the lock with the process, so no stale lock can stay."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.root / ".lock", "a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise AlreadyRunning(f"{self.root}: another refresh is running; this one leaves it alone.") from error
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield


def describe_validation(error: ValidationError) -> str:
    """Pydantic's findings as one line: where, and what was expected."""
    return "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors())

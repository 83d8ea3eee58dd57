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
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Identity = Literal["person", "attributes", "anonymous"]


class ConfigurationError(Exception):
    """Something that the owner of the home must change: says where, what was expected and what to do next."""


class AlreadyRunning(Exception):
    """Another refresh holds the home's lock."""


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


class Policy(BaseModel):
    """What the owner may tighten; the shipped values are the defaults of the documentation."""

    model_config = ConfigDict(extra="forbid")

    keep_releases: int = Field(default=7, ge=1)
    webhook: str | None = None
    nightly: str = "0 3 * * *"
    company: str = "Company"
    # First day from which the history is whole, leavers included; before it only survivors are known.
    history_from: dt.date | None = None


class Configuration(BaseModel):
    """`sources.yml`, whole."""

    model_config = ConfigDict(extra="forbid")

    sources: dict[str, Source] = Field(default_factory=dict)
    policy: Policy = Field(default_factory=Policy)


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
    def scratch(self) -> Path:
        """Spools of files too large to hold, while they are read."""
        return self.root / "reading"

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

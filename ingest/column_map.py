"""Column maps: how one vendor's export becomes canonical tables, as data.

Here: the shape of a map's YAML and its checks against the contracts. Not here: carrying a map out (`parse`).

A map lists *feeds*: kinds of file that the vendor writes. A feed says how its files are recognised and read, whether
each is a full snapshot or holds changes, and which canonical tables its columns fill.
"""

import fnmatch
import hashlib
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from ingest.conditions import Conditions, columns_asked
from ingest.contracts import CONTRACTS, ContractTable
from ingest.home import ConfigurationError, Home, describe_validation
from ingest.readers import ReadOptions
from ingest.transforms import TRANSFORMS

SHIPPED = Path(__file__).parent / "maps"


class Strict(BaseModel):
    """Unknown keys are errors: a mistyped option must not be silently without effect."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class ColumnRule(Strict):
    """How one canonical column is made; exactly one of `from`, `constant` and `stamp` says out of what."""

    from_: str | list[str] | None = Field(default=None, alias="from")
    constant: str | None = None
    # The load's own stamp: the day the file was exported.
    stamp: Literal["exported_date"] | None = None
    # Several source columns are joined with this, or the first or last that holds something is picked. Where one is
    # picked, the columns may be patterns, and none of them need be in the file: spellings that vary, levels of a chain.
    join: str = " "
    pick: Literal["first", "last"] | None = None
    # A regular expression whose group is the value; several groups are joined with `join`.
    extract: str | None = None
    # Left-pad with zeros to this many characters, before the prefix: ids that lost their leading zeros.
    pad: int | None = Field(default=None, ge=1)
    prefix: str = ""
    transform: str | None = None
    # Written values that mean "none", besides the empty one.
    nulls: list[str] = Field(default_factory=list)
    # What a cell says that holds nothing, as if it were written there.
    empty: str | None = None
    # Value map. What is not in it is quarantined, unless `otherwise` gives a value or says `keep`.
    values: dict[str, str | None] | None = None
    otherwise: str | None = None
    # strptime formats of dates and moments, tried in order; beside them `excel` (a serial day), `epoch_s` and `epoch_ms`.
    format: str | list[str] | None = None
    # Write the parsed moment as text in this format: a month as a survey's id.
    as_text: str | None = None
    # IANA zone of moments without an offset.
    zone: str = "UTC"
    decimal: Literal[".", ","] = "."
    # Unit: multiply after parsing; a percentage is 0.01.
    multiply: Decimal | None = None
    # Inclusive ends become half-open with 1.
    plus_days: int = 0
    # Only where the row meets these conditions; elsewhere empty.
    when: Conditions = Field(default_factory=dict)
    # A key made of a person's id and more, for sources that number nothing: it leaves ingest as a token.
    names_person: bool = False
    # Which kind of identifier a person column holds.
    by: Literal["id", "email", "login", "alias", "name", "display_name", "node"] = "id"

    @property
    def sources(self) -> list[str]:
        if self.from_ is None:
            return []
        return [self.from_] if isinstance(self.from_, str) else self.from_

    def resolved(self, columns: list[str]) -> "ColumnRule":
        """The rule with its patterns as those of a file's `columns` that they match, in the file's order."""
        if self.pick is None:
            return self
        picked = [name for pattern in self.sources for name in columns if fnmatch.fnmatchcase(name, pattern)]
        return self.model_copy(update={"from_": list(dict.fromkeys(picked))})

    @property
    def formats(self) -> list[str]:
        if self.format is None:
            return []
        return [self.format] if isinstance(self.format, str) else self.format

    @field_validator("transform")
    @classmethod
    def transform_is_known(cls, name: str | None) -> str | None:
        if name is not None and name not in TRANSFORMS:
            raise ValueError(f"unknown transform {name}; there are {', '.join(sorted(TRANSFORMS))}")
        return name

    def model_post_init(self, _context: object) -> None:
        given = [self.from_ is not None, self.constant is not None, self.stamp is not None]
        if sum(given) != 1:
            raise ValueError("exactly one of from, constant and stamp is needed")


class Unpivot(Strict):
    """Wide to long: every column, or of `columns` every one, that `except` and `except_suffixes` leave becomes a row."""

    columns: list[str] | None = None
    except_: list[str] = Field(default_factory=list, alias="except")
    except_suffixes: list[str] = Field(default_factory=list)
    name: str = "item"
    value: str = "value"
    # What else belongs to an item: a new column, and the suffix of its name or how many columns to the right it stands.
    beside: dict[str, str | int] = Field(default_factory=dict)

    def melted(self, columns: list[str]) -> list[str]:
        """Which of `columns` become rows."""
        if self.columns is not None:
            named = [name for name in columns if any(fnmatch.fnmatchcase(name, pattern) for pattern in self.columns)]
            return [name for name in named if not self._is_excepted(name)]
        chosen: list[str] = []
        taken: set[str | None] = set()
        for name in columns:
            if name in taken or self._is_excepted(name):
                continue
            chosen.append(name)
            taken |= set(self.companions(name, columns).values())
        return chosen

    def _is_excepted(self, name: str) -> bool:
        excepted = any(fnmatch.fnmatchcase(name, pattern) for pattern in self.except_)
        return excepted or name.endswith(tuple(self.except_suffixes))

    def companions(self, item: str, columns: list[str]) -> dict[str, str | None]:
        """New column -> which of `columns` holds it for an item, None where there is none."""
        found: dict[str, str | None] = {}
        for alias, where in self.beside.items():
            if isinstance(where, str):
                found[alias] = item + where if item + where in columns else None
            else:
                position = columns.index(item) + where
                found[alias] = columns[position] if position < len(columns) else None
        return found


def _in_full(rule: object) -> object:
    """`emp_no` is short for `{from: emp_no}`."""
    return {"from": rule} if isinstance(rule, (str, list)) else rule


Rule = Annotated[ColumnRule, BeforeValidator(_in_full)]


class Latest(Strict):
    """Of rows that agree in some canonical columns only the latest is read: versions of a record, events of one thing."""

    # The moment; where it cannot be read the text decides, and of equal ones the row further down the file.
    by: Rule
    # Canonical columns; the table's key where none are named.
    of: list[str] = Field(default_factory=list)
    # Asked of the latest row alone: an older one does not stand in for one that is void.
    where: Conditions = Field(default_factory=dict)


class TableMap(Strict):
    """How one canonical table is filled from a feed's rows."""

    table: str
    columns: dict[str, Rule]
    # Keep rows whose columns hold what is asked.
    where: Conditions = Field(default_factory=dict)
    latest: Latest | None = None
    # Repeated rows collapse to one: units named on every person's row.
    distinct: bool = False
    unpivot: Unpivot | None = None
    # The rows carry no effective date: history is what successive snapshots said.
    undated: bool = False
    # The rows name keys that hold no more: statements that another one voids.
    removes: bool = False

    @property
    def contract(self) -> ContractTable:
        return CONTRACTS[self.table]

    @property
    def source_columns(self) -> list[str]:
        return self._columns_of([*self.columns.values(), *([self.latest.by] if self.latest else [])])

    @property
    def made_columns(self) -> set[str]:
        """Columns that no file has: the map's own unpivoting makes them."""
        return {self.unpivot.name, self.unpivot.value, *self.unpivot.beside} if self.unpivot else set()

    @property
    def required_columns(self) -> list[str]:
        """What a file must have for this table: all but what is picked among several."""
        return self._columns_of([rule for rule in self.columns.values() if rule.pick is None])

    def columns_in(self, columns: list[str]) -> list[str]:
        """Which of a file's columns the table reads."""
        named = self._columns_of([rule.resolved(columns) for rule in self.columns.values()])
        items = self.unpivot.melted(columns) if self.unpivot else []
        beside = [name for item in items for name in self.unpivot.companions(item, columns).values()] if self.unpivot else []
        return [name for name in columns if name in {*named, *items, *beside}]

    def _columns_of(self, rules: list[ColumnRule]) -> list[str]:
        asked = [self.where, *([self.latest.where] if self.latest else []), *(rule.when for rule in rules)]
        names = [source for rule in rules for source in rule.sources]
        names += [name for conditions in asked for name in columns_asked(conditions)]
        return [name for name in dict.fromkeys(names) if name not in self.made_columns]

    def model_post_init(self, _context: object) -> None:
        if self.table not in CONTRACTS:
            raise ValueError(f"unknown table {self.table}; the contracts have {', '.join(sorted(CONTRACTS))}")
        contract = self.contract
        known = {column.name for column in contract.columns}
        unknown = sorted(set(self.columns) - known)
        if unknown:
            raise ValueError(f"{self.table} has no column {', '.join(unknown)}; it has {', '.join(sorted(known))}")
        if self.removes and self.latest:
            raise ValueError("what is taken back is gone, whenever it was said; leave out `latest`")
        if self.removes:
            missing = [name for name in contract.keys if name not in self.columns and not contract.column(name).default]
        else:
            missing = [
                c.name for c in contract.columns if not c.is_nullable and c.default is None and c.name not in self.columns
            ]
        if self.undated and "valid_from" in missing:
            missing.remove("valid_from")
        if missing:
            raise ValueError(f"{self.table} needs {', '.join(missing)}")
        unmade = sorted(set(self.latest.of) - set(self.columns)) if self.latest else []
        if unmade:
            raise ValueError(f"latest.of names canonical columns of this table; it makes no {', '.join(unmade)}")


class Recognition(Strict):
    """How a file is known to belong to a feed: by the columns it must have and, where that is not enough, its name."""

    columns: list[str] = Field(default_factory=list)
    file: str = "*"


class ExportedAt(Strict):
    """Where a file says when it was exported: in its name, in a column, or nowhere."""

    file_name: str | None = None
    column: str | None = None
    format: str = "%Y-%m-%d"


class FeedMap(Strict):
    """One kind of file of one vendor."""

    recognise: Recognition = Field(default_factory=Recognition)
    read: ReadOptions = Field(default_factory=ReadOptions)
    mode: Literal["snapshot", "changes"] = "snapshot"
    # A snapshot speaks only for the values of this canonical column that it holds, e.g. one survey wave.
    scope: str | None = None
    exported_at: ExportedAt = Field(default_factory=ExportedAt)
    nulls: list[str] = Field(default_factory=list)
    tables: list[TableMap]

    @property
    def source_columns(self) -> list[str]:
        return list(dict.fromkeys(name for table in self.tables for name in table.source_columns))

    @property
    def required_columns(self) -> list[str]:
        """What a file must have to be this feed: what is declared, else every column that the tables read."""
        names = [name for table in self.tables for name in table.required_columns]
        return self.recognise.columns or list(dict.fromkeys(names))

    def model_post_init(self, _context: object) -> None:
        if self.mode == "snapshot" and any(table.removes for table in self.tables):
            raise ValueError("a snapshot removes by leaving out; `removes` is for changes")
        for name in {table.table for table in self.tables}:
            if len({table.undated for table in self.tables if table.table == name and not table.removes}) > 1:
                raise ValueError(f"{name} is filled by dated and by undated entries; make them feeds of their own")


class ColumnMap(Strict):
    """One vendor's export."""

    name: str
    description: str
    feeds: dict[str, FeedMap]
    # Files that come with the export and mean nothing here, by name: lookups, shifts.
    ignored_files: list[str] = Field(default_factory=list)
    digest: str = ""

    @cached_property
    def tables(self) -> list[str]:
        return sorted({table.table for feed in self.feeds.values() for table in feed.tables})


def read_column_map(name: str, home: Home | None = None) -> ColumnMap:
    """The map called `name`: `<home>/maps/` first, then those shipped. ConfigurationError says what is wrong."""
    folders = ([home.root / "maps"] if home else []) + [SHIPPED]
    path = next((folder / f"{name}.yml" for folder in folders if (folder / f"{name}.yml").exists()), None)
    if path is None:
        shipped = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.yml")))
        raise ConfigurationError(
            f"column map {name}: not found in {' or '.join(str(folder) for folder in folders)}. Shipped: {shipped}."
        )
    content = path.read_bytes()
    try:
        document = yaml.safe_load(content) or {}
        if "digest" in document:
            raise ConfigurationError(f"{path}: digest is computed and cannot be given")
        return ColumnMap.model_validate({**document, "digest": hashlib.sha256(content).hexdigest()[:16]})
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: not valid YAML: {error}") from error
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {describe_validation(error)}") from error

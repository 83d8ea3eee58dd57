"""The register of canonical tables: one place that readers, store, dbt sources and checks look a table up in.

Here: `canonical`, which enters a contract under its domain and name, and `ContractTable`, its readable form.
Not here: column kinds (`columns`) and the tables themselves (one module per domain).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import dataframely as dy
import polars as pl

from ingest.contracts.columns import SQL_TYPES, ColumnSpec

DOMAINS = ("hris", "lms", "survey", "feedback360", "talent")


@dataclass(frozen=True)
class ContractTable:
    """A canonical table: its domain, name, dataframely schema and the column that scopes a partial snapshot."""

    domain: str
    name: str
    schema: type[dy.Schema]
    is_identity: bool
    # Key columns within which the schema's rules compare rows; without any they compare none but equal keys.
    compared_within: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.domain}.{self.name}"

    @property
    def raw_name(self) -> str:
        """The change log's table in the raw store, `schema.table`; identity tables live apart."""
        return f"identity.{self.name}" if self.is_identity else self.full_name

    @property
    def description(self) -> str:
        """The contract's docstring; its first sentence is the grain."""
        return " ".join((self.schema.__doc__ or "").split())

    @cached_property
    def columns(self) -> tuple[ColumnSpec, ...]:
        specs = []
        for name, column in self.schema.columns().items():
            meta = column.metadata or {}
            specs.append(
                ColumnSpec(
                    name=name,
                    kind=meta["kind"],
                    sql_type=SQL_TYPES[meta["kind"]],
                    is_key=column.primary_key,
                    is_nullable=column.nullable,
                    default=meta["default"],
                    sensitivity=meta["sensitivity"],
                    description=column.description or "",
                )
            )
        return tuple(specs)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def persons(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.kind == "person")

    @cached_property
    def row_rules(self) -> tuple[pl.Expr, ...]:
        """One expression a rule of the schema, the key's left out: whether all rows keep it.

        The schema itself says the same of a frame, and builds its rules anew each time, which costs more than a small file.
        """
        rules = self.schema._validation_rules(with_cast=False)
        return tuple(rule.expr.all().alias(name) for name, rule in rules.items() if name != "primary_key")

    @property
    def frame_schema(self) -> pl.Schema:
        return pl.Schema({name: column.dtype for name, column in self.schema.columns().items()})

    def column(self, name: str) -> ColumnSpec:
        """The column called `name`; KeyError names the table and what it has."""
        for spec in self.columns:
            if spec.name == name:
                return spec
        raise KeyError(f"{self.full_name} has no column {name}; it has {', '.join(c.name for c in self.columns)}")


CONTRACTS: dict[str, ContractTable] = {}


def canonical(
    full_name: str, *, is_identity: bool = False, compared_within: tuple[str, ...] = ()
) -> Callable[[type[dy.Schema]], type[dy.Schema]]:
    """Enter a dataframely schema under `domain.table`. Keys and at least one sentence of grain are required."""

    def enter(schema: type[dy.Schema]) -> type[dy.Schema]:
        domain, name = full_name.split(".")
        if domain not in DOMAINS or full_name in CONTRACTS:
            raise ValueError(f"{full_name}: unknown domain or entered twice")
        CONTRACTS[full_name] = ContractTable(domain, name, schema, is_identity, compared_within)
        return schema

    return enter

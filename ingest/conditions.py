"""Conditions: what a column map's `where` and `when` ask of the columns of a row.

Here: their shape, their checks, and the polars expression that each is. Not here: where they are asked (`rows`, `parse`).
"""

from collections.abc import Iterable
from typing import Annotated

import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Values = Annotated[list[str], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)]


class Condition(BaseModel):
    """What a column must hold. Of several keys all are asked; a value, or a list of values, is short for `one_of`.

    Only `not`, `not_matches`, `not_same_as` and `present: false` keep a row in which the column is empty; nothing is not
    the same as nothing.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    one_of: Values | None = None
    not_: Values | None = Field(default=None, alias="not")
    # Regular expressions, found anywhere.
    matches: str | None = None
    not_matches: str | None = None
    # Another column of the row.
    same_as: str | None = None
    not_same_as: str | None = None
    present: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def short_form(cls, given: object) -> object:
        """A value and a list as `one_of`; what is neither these nor known keys is said in one sentence."""
        if isinstance(given, (str, list)):
            return {"one_of": given}
        keys = [field.alias or name for name, field in cls.model_fields.items()]
        if isinstance(given, dict) and given and set(given) <= {*keys, *cls.model_fields}:
            return given
        unknown = sorted(set(map(str, given)) - set(keys)) if isinstance(given, dict) else []
        found = f", not {', '.join(unknown)}" if unknown else ""
        raise ValueError(f"expected text, a list of texts (quote numbers and yes/no), or some of {', '.join(keys)}{found}")

    @field_validator("matches", "not_matches")
    @classmethod
    def is_a_regular_expression(cls, pattern: str | None) -> str | None:
        """A pattern that polars can compile."""
        try:
            pl.Series([""]).str.contains(pattern or "")
        except pl.exceptions.ComputeError as error:
            raise ValueError(f"{pattern} is no regular expression: {str(error).splitlines()[-1]}") from error
        return pattern

    def expression(self, name: str) -> pl.Expr:
        """Whether the column `name` holds what is asked; null counts as no."""
        column, asked = pl.col(name), []
        if self.one_of is not None:
            asked.append(column.is_in(self.one_of))
        if self.not_ is not None:
            asked.append(~column.is_in(self.not_).fill_null(value=False))
        if self.matches is not None:
            asked.append(column.str.contains(self.matches))
        if self.not_matches is not None:
            asked.append(~column.str.contains(self.not_matches).fill_null(value=False))
        if self.same_as is not None:
            asked.append(column == pl.col(self.same_as))
        if self.not_same_as is not None:
            asked.append(column.ne_missing(pl.col(self.not_same_as)))
        if self.present is not None:
            asked.append(column.is_not_null() if self.present else column.is_null())
        return pl.all_horizontal(asked)


# Source column -> what it must hold; all are asked.
Conditions = dict[str, Condition]


def columns_asked(conditions: Conditions) -> list[str]:
    """Every column that the conditions look at."""
    return [name for column, asked in conditions.items() for name in (column, asked.same_as, asked.not_same_as) if name]


def holds(conditions: Conditions, names: Iterable[str] | None = None) -> pl.Expr:
    """Whether a row meets the conditions, or those on `names` alone; true where there are none."""
    chosen = conditions if names is None else [name for name in conditions if name in set(names)]
    return pl.all_horizontal(pl.lit(value=True), *(conditions[name].expression(name) for name in chosen))

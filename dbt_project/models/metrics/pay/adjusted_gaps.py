"""The specification curve of adjusted pay gaps at the company's snapshot."""

from people_stats.adjusted_gaps import adjusted_gaps


def model(dbt, session):
    """Cells of people alike in group and controls in, records out (people_stats.adjusted_gaps)."""
    dbt.config(materialized="table")
    controls = dbt.ref("pay_controls").order("control").pl()
    biased = dict(zip(controls["control"], controls["may_carry_bias"] == 1, strict=True))
    default = controls.filter(controls["in_default"] == 1)["control"].to_list()
    return adjusted_gaps(dbt.ref("pay_cells").pl(), "country", biased, default)

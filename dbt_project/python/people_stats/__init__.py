"""Pure statistics for people metrics: arrays and small tables in, numbers out. No I/O, no SQL, no Dagster.

`intervals` gives confidence intervals of cells, `comparisons` sets leaders beside each other, with `agreement` and
`shrinkage`; `selection` compares selection rates by `proportions` and within `strata`, `verdicts` has the rules that every
comparison follows; `coarsening` makes the places of confidential answers coarse enough to be kept.
"""

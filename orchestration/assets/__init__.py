"""The assets of the line, one kind a file: raw tables, dbt models, the release."""

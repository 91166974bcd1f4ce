# What everybody runs, and what CI runs. Needs the `dev` extra: pip install -e '.[dev]'
check: lint types layers test

# Style and common mistakes
lint:
    ruff format --check .
    ruff check .

# Types, strictly
types:
    mypy

# Imports point down only
layers:
    lint-imports

# The whole suite, on all cores
test *options:
    python -m pytest -n auto {{options}}

# Write the tables of docs/rules.md from the blocks, templates and worked codes that there are
tables:
    python docs/rules_tables.py

# Accept new screens after looking at them
snapshots:
    python -m pytest tests/tui --snapshot-update

# Speed beside its peers (minutes; installs them in environments of their own)
bench:
    python bench/run.py

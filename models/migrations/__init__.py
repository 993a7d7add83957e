"""Alembic's environment and the two branches of migrations: `common` and, for each data schema, `graph`."""

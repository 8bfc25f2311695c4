"""The tables of sessions, and how tables come to be: made where they are missing, widened where an older version made them.

Knows columns and nothing of what stands in them. A column that is added later has to be one that may be empty.
"""

from sqlalchemy import Boolean, Column, DateTime, Engine, Index, Integer, MetaData, String, Table, Text, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.schema import CreateColumn

__all__ = ["EVENTS", "SESSIONS", "TABLES", "TURNS", "make_tables"]

TABLES = MetaData()
SESSIONS = Table(
    "sessions", TABLES,
    Column("id", String(64), primary_key=True), Column("created", DateTime(timezone=True), nullable=False), Column("state", Text, nullable=False),
    Column("shopper", String(128), index=True),
)  # fmt: skip
"""shopper: whom the shop's own server has said that the session belongs to; empty where it has not."""
TURNS = Table(
    "turns", TABLES,
    Column("session", String(64), primary_key=True), Column("turn", Integer, primary_key=True), Column("message", Text, nullable=False),
    Column("reply", Text, nullable=False), Column("created", DateTime(timezone=True), nullable=False),
    Column("liked", Boolean), Column("comment", Text),
)  # fmt: skip
EVENTS = Table(
    "events", TABLES,
    Column("number", Integer, primary_key=True, autoincrement=True), Column("session", String(64), index=True, nullable=False),
    Column("type", String(16), nullable=False), Column("item", String(200), nullable=False), Column("created", DateTime(timezone=True), nullable=False),
    Column("gift", Boolean), Index("ix_events_session_type", "session", "type"),
)  # fmt: skip
"""created: when it happened, in UTC. gift: done while looking for something for somebody else."""


def make_tables(engine: Engine, tables: MetaData) -> None:
    """Create what of `tables` is missing: tables, columns of tables that an older version made, indexes."""
    try:
        _make(engine, tables)
    except (OperationalError, ProgrammingError):
        _make(engine, tables)  # another process made a part in this moment; what is really wrong is wrong again


def _make(engine: Engine, tables: MetaData) -> None:
    tables.create_all(engine)
    for table in tables.sorted_tables:
        there = {column["name"] for column in inspect(engine).get_columns(table.name)}
        name = engine.dialect.identifier_preparer.format_table(table)
        for column in table.columns:
            if column.name not in there:
                with engine.begin() as connection:
                    connection.execute(text(f"ALTER TABLE {name} ADD COLUMN {CreateColumn(column).compile(dialect=engine.dialect)}"))
        for index in table.indexes:
            index.create(engine, checkfirst=True)

"""CHECK constraints and indexes generated from the declarations.

Two families of CHECKs: a column with a closed vocabulary holds one of its values, and an entity of a
kind has what the kind's file requires and nothing that only other kinds declare.
"""

from collections.abc import Collection

from sqlalchemy import CheckConstraint, Index, Table, text

from models.base import Base
from models.entity import Entity
from models.vocabulary import Kind, Vocabulary


def kind_models() -> dict[Kind, type[Entity]]:
    """The model class of each kind, in the order of the vocabulary."""
    models = {Kind(m.polymorphic_identity): m.class_ for m in Entity.__mapper__.self_and_descendants
              if m.polymorphic_identity is not None}  # fmt: skip
    return {kind: models[kind] for kind in Kind if kind in models}


def among(column: str, vocabulary: type[Vocabulary]) -> str:
    """The SQL condition that a column holds a term of the vocabulary."""
    return f"{column} IN ({', '.join(repr(str(term)) for term in vocabulary)})"


def kind_rule(kind: Kind, present: Collection[str] | None = None) -> str:
    """The SQL condition that a row of this kind meets: required columns, no foreign ones, vocabularies.

    With `present` it speaks only of these columns: a table on the way of its migrations has not all yet.
    """
    models = kind_models()
    own = {n: info for n, info in models[kind].declared.items() if present is None or n in present}
    others = {name for model in models.values() for name in model.declared} - models[kind].declared.keys()
    foreign = sorted(name for name in others if present is None or name in present)
    rules = [f"{name} IS NOT NULL" for name, info in own.items() if info.get("required")]
    rules += [
        f"({name} IS NULL OR {among(name, info['enum'])})" for name, info in own.items() if "enum" in info
    ]
    generated = {c.name for c in Entity.__table__.columns if c.computed is not None}
    rules += [f"{name} IS NULL" for name in foreign if name not in generated]
    return f"kind <> '{kind}' OR ({' AND '.join(rules) or 'true'})"


def declare_checks() -> None:
    """Adds the CHECKs and the kinds' own indexes to the metadata; called once by models/__init__.py."""
    entity = Entity.__table__
    assert isinstance(entity, Table)
    for kind, model in kind_models().items():
        entity.append_constraint(CheckConstraint(kind_rule(kind), name=f"kind_{kind.lower()}"))
        for name, info in model.declared.items():
            if info.get("indexed"):
                index = f"ix_entity_{kind.lower()}_{name}"
                Index(index, entity.c[name], entity.c.id, postgresql_where=text(f"kind = '{kind}'"))
    Index("ix_entity_verticals", entity.c.verticals, postgresql_using="gin")
    is_program = text("kind = 'PROGRAM'")
    Index("ix_entity_fields", entity.c.fields, postgresql_using="gin", postgresql_where=is_program)
    Index("ix_entity_domains", entity.c.domains, postgresql_using="gin")
    # Sums of employees by size in a province, without the records: one index for all levels of viewers.
    Index(
        "ix_entity_company_subdivision_size",
        *(entity.c[name] for name in ("subdivision", "audience", "size_class")),
        postgresql_include=["owner_id", "employee_count"],
        postgresql_where=text("kind = 'COMPANY' AND record_status IN ('ACTIVE', 'INACTIVE')"),
    )
    kinds_columns = {name for model in kind_models().values() for name in model.declared}
    for table in list(Base.metadata.tables.values()):
        for column in table.columns:
            vocabulary = column.info.get("enum")
            if vocabulary is None or (table is entity and column.name in kinds_columns):
                continue
            table.append_constraint(CheckConstraint(among(column.name, vocabulary), name=column.name))

"""The fields of each kind in NDJSON, read from the tables themselves, for tests of files without a schema."""

from collections.abc import Mapping

from sqlalchemy import ARRAY, Boolean, Date, Integer, Numeric, Table

from exchange.values import FieldSpec, FieldType
from models import Entity, kind_models
from models.vocabulary import Kind

COMPOSITES = {"area": FieldType.AREA, "budget": FieldType.MONEY}
TYPES = {Boolean: FieldType.BOOLEAN, Date: FieldType.DATE, Integer: FieldType.INTEGER}
SHARED = {
    "name": FieldType.TEXT,
    "description": FieldType.TEXT,
    "website": FieldType.TEXT,
    "country": FieldType.COUNTRY,
    "subdivision": FieldType.SUBDIVISION,
    "city": FieldType.TEXT,
    "location": FieldType.LOCATION,
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _specs(names: Mapping[str, Mapping[str, object]]) -> list[FieldSpec]:
    table = Entity.__table__
    assert isinstance(table, Table)
    specs = []
    for name, info in names.items():
        column, prefix = table.c[name], name.partition("_")[0]
        if prefix in COMPOSITES and isinstance(column.type, Numeric) and column.computed is None:
            specs.append(FieldSpec(prefix, COMPOSITES[prefix]))
        elif prefix in COMPOSITES or name.endswith("_precision"):
            continue
        elif "enum" in info:
            specs.append(FieldSpec(name, FieldType.ENUM, info["enum"]))  # type: ignore[arg-type]
        elif f"{name}_precision" in names:
            specs.append(FieldSpec(name, FieldType.PARTIAL_DATE))
        elif isinstance(column.type, ARRAY):
            specs.append(FieldSpec(name, is_list=True))
        else:
            specs.append(FieldSpec(name, TYPES.get(type(column.type), FieldType.TEXT)))
    return specs


def fields_of_models() -> dict[Kind, dict[str, FieldSpec]]:
    """Kind -> API name -> field."""
    shared = [FieldSpec(name, type_) for name, type_ in SHARED.items()]
    return {
        kind: {_camel(spec.name): spec for spec in shared + _specs(model.declared)}
        for kind, model in kind_models().items()
    }

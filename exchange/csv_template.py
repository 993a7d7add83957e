"""Templates of CSV: the header of a kind and one row that can be imported as it is.

Not its business: what the columns mean (exchange/csv_columns.py).
"""

import csv
import io

from exchange.csv_columns import KIND, PARTS, columns_of
from exchange.fact_fields import SHAPES
from exchange.fields import FIELDS_OF, camel
from exchange.values import FieldSpec, FieldType
from models.vocabulary import Kind

_BY_TYPE = {
    FieldType.INTEGER: "10",
    FieldType.BOOLEAN: "false",
    FieldType.DECIMAL: "10.5",
    FieldType.FLOAT: "0.5",
    FieldType.DATE: "2021-09-11",
    FieldType.PARTIAL_DATE: "2021-09",
    FieldType.TIMESTAMP: "2021-09-11T08:30:00Z",
    FieldType.COUNTRY: "PK",
    FieldType.SUBDIVISION: "PK-SD",
}
_BY_PART = {
    "amount": "1000000.00",
    "currency": "PKR",
    "value": "140",
    "unit": "ACRE",
    "latitude": "24.86",
    "longitude": "67.01",
}
_BY_NAME = {"city": "Karachi", "website": "https://example.org", "email": "someone@example.org"}


def template(kind: str) -> bytes:
    """Header and example of a kind of entities (COMPANY) or facts (LICENCE); raises KeyError."""
    example = _example(kind)
    header = [KIND, *columns_of(kind)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, [example.get(column, "") for column in header]])
    return text.getvalue().encode()


def _example(kind: str) -> dict[str, str]:
    words = kind.lower().replace("_", "-")
    found = {KIND: kind, "slug": f"example-{words}", "name": f"Example {words.replace('-', ' ').title()}"}
    if kind in SHAPES:
        shape = SHAPES[kind]
        specs = {camel(name): spec for name, (spec, _) in shape.fields.items()}
        for name in (*shape.entities, *shape.facts):
            if name in shape.required or name in shape.key:
                found[camel(name)] = f"slug-of-{name.replace('_', '-')}"
    else:
        specs = dict(FIELDS_OF[Kind(kind)])
    for name, spec in specs.items():
        for part in PARTS.get(spec.type, ()):
            found[f"{name}.{part}"] = _BY_PART[part]
        if spec.type not in PARTS and name not in found and (value := _value(name, spec)):
            found[name] = value
    return {column: cell for column, cell in found.items() if column == KIND or column in columns_of(kind)}


def _value(name: str, spec: FieldSpec) -> str:
    if name == "sphere":
        # It follows from the kind.
        return ""
    if spec.vocabulary is not None:
        return str(next(iter(spec.vocabulary)))
    # Codes of registers, of which only those that exist are taken, are left out.
    return _BY_TYPE.get(spec.type) or _BY_NAME.get(name, "")

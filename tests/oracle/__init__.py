"""An independent second way to every answer: graphql-core over plain rows, rules in Python.

The promise it guards: a compiled operation answers what these rules say. It imports nothing from the
compiler (tests/test_oracle.py holds that).
"""

from tests.oracle.answers import Oracle
from tests.oracle.compare import differences
from tests.oracle.tables import load

__all__ = ["Oracle", "differences", "load"]

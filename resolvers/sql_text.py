"""Lays out one SQL statement for people: a line for each clause, indented by the depth of its select.

Only white space changes. It knows no SQL beyond quotes, parentheses and the words that begin a clause.
"""

import re

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\s+|[()]|[^\s()'\"]+")
_CLAUSES = ("SELECT", "FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "EXCEPT", "HAVING")
_JOINERS = ("AND",)


def lay_out(sql: str, indent: str = "  ") -> str:
    """The statement over several lines, each indented once at least."""
    lines: list[str] = []
    line = ""
    is_select = [True]
    tokens = [token if not token.isspace() else " " for token in _TOKEN.findall(sql)]

    def end_line(more: int = 0) -> None:
        nonlocal line
        if line.strip():
            lines.append(line.rstrip())
        line = indent * (1 + sum(is_select) - 1 + more)

    end_line()
    for place, token in enumerate(tokens):
        if token == "(":
            following = next((t for t in tokens[place + 1 :] if t != " "), "")
            line += "("
            is_select.append(following == "SELECT")
        elif token == ")":
            was_select = is_select.pop()
            if was_select:
                end_line()
            line += ")"
        elif token in _CLAUSES and is_select[-1]:
            end_line()
            line += token
        elif token in _JOINERS and is_select[-1]:
            end_line(1)
            line += token
        elif token != " " or line.strip():
            line += token
    end_line()
    return "\n".join(lines)

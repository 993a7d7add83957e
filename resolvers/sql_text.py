"""Lays out one SQL statement for people: a line for each clause, indented by the depth of its select.

Only white space changes. It knows no SQL beyond quotes, parentheses and the words that begin a clause.
"""

import re

_WORD = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\s+|[()]|[^\s()'\"]+")
_CLAUSES = ("SELECT", "FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "EXCEPT", "HAVING")


def lay_out(sql: str, indent: str = "  ") -> str:
    """The statement over several lines, each indented once at least."""
    lines: list[str] = []
    line = ""
    is_select = [True]
    words = [word if not word.isspace() else " " for word in _WORD.findall(sql)]

    def end_line(more: int = 0) -> None:
        nonlocal line
        if line.strip():
            lines.append(line.rstrip())
        line = indent * (sum(is_select) + more)

    end_line()
    for place, word in enumerate(words):
        if word == "(":
            line += "("
            is_select.append([t for t in words[place + 1 : place + 3] if t != " "][:1] == ["SELECT"])
        elif word == ")":
            was_select = is_select.pop()
            if was_select:
                end_line()
            line += ")"
        elif word in _CLAUSES and is_select[-1] and words[place - 2] != "DISTINCT":
            end_line()
            line += word
        elif word == "AND" and is_select[-1]:
            end_line(1)
            line += word
        elif word != " " or line.strip():
            line += word
    end_line()
    return "\n".join(lines)

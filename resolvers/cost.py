"""The price of an operation: how many nodes it may return, known before it runs.

A connection may return `first` nodes for each row above it; a groupBy its groups. The total is told in
`extensions.cost`, limited, and spent from the rate limit's budget.
"""

from dataclasses import dataclass, field

from resolvers import plan
from resolvers.errors import Code, LimitExceeded

ROWS_JUDGED = 50
"""For so many rows a computed field is priced by which a list is filtered or ordered."""


@dataclass(slots=True)
class Price:
    """Nodes of one field and what lies below it. `multiplier` is how often the field may occur."""

    path: tuple[str, ...] = ()
    name: str = ""
    multiplier: int = 1
    size: int = 0
    own: int = 0
    children: list["Price"] = field(default_factory=list)

    def child(self, key: str, name: str, size: int = 0) -> "Price":
        """The price of a field below; with a size it multiplies what lies below it."""
        made = Price((*self.path, key), name, self.multiplier * max(size, 1), size)
        self.children.append(made)
        return made

    def times(self, factor: int) -> "Price":
        """A place in which every node counts this often."""
        made = Price(self.path, self.name, self.multiplier * factor)
        self.children.append(made)
        return made

    def add(self, count: int) -> None:
        """Counts nodes: for a page, its size for each row above."""
        self.own += count * self.multiplier // max(self.size, 1)

    @property
    def total(self) -> int:
        """Nodes of the field and of all below it."""
        return self.own + sum(child.total for child in self.children)

    def pages(self) -> list["Price"]:
        """All connections below, with their sizes."""
        return [page for child in self.children for page in ([child] if child.size else []) + child.pages()]


def judging(condition: plan.Condition, order: tuple[plan.OrderKey, ...]) -> int:
    """What computed fields in a list's filter and order count: they are computed for rows not shown too."""
    return ROWS_JUDGED * (sum(key.column.price for key in order) + _computed(condition))


def _computed(condition: plan.Condition) -> int:
    match condition:
        case plan.All(conditions=parts) | plan.AnyOf(conditions=parts):
            return sum(map(_computed, parts))
        case plan.Compare(column=column):
            return column.price
        case plan.Not() | plan.HasRelated() | plan.HasChild() | plan.LinkedTo():
            return _computed(condition.condition)
        case _:
            return 0


def check(price: Price, limit: int) -> None:
    """Raises COST_LIMIT with the field that multiplies most and a `first` that fits."""
    total = price.total
    if total <= limit:
        return
    fitting = [
        (page, (limit - (total - page.total)) * page.size // page.total)
        for page in price.pages()
        if page.total
    ]
    page, fit = max(fitting, key=lambda item: item[1] / item[0].size, default=(None, 0))
    if page is None:
        raise LimitExceeded(
            f"The operation may return {total} nodes; {limit} are allowed.",
            hint="Ask for fewer fields, or send fewer items at once.",
            nodes=total,
            limit=limit,
        )
    path = ".".join(page.path)
    hint = (
        f"Ask for first: {fit} or less in {path}."
        if fit >= 1
        else f"Ask for less in {path} and in the lists around it, or in several operations."
    )
    raise LimitExceeded(
        f"The operation may return {total} nodes; {limit} are allowed. {path} multiplies them: "
        f"{page.size} for each row above it.",
        code=Code.COST_LIMIT,
        hint=hint,
        nodes=total,
        limit=limit,
        field=path,
        fittingFirst=max(fit, 0),
    )

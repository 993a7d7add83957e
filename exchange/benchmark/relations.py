"""The relations of the benchmark data set, as staged rows of `relation`.

Not its business: the records that are related (entities.py).
"""

from collections.abc import Iterator
from datetime import date

from exchange.benchmark.numbers import EPOCH, NOW, Batch, Ground, Row, day, mixed, uuid_at
from exchange.words import DEGREES, JOBS
from models.vocabulary import Kind, Role

COLUMNS = ("id", "subject_id", "subject_kind", "object_id", "object_kind", "role", "since", "until", "title")


class Relations:
    """The rows of each role; every batch is a generator that is read once."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.end = ground.end
        """The place after the last batch that was read."""

    def batches(self) -> Iterator[Batch]:
        """One batch a role, in the order of the ids, which go on after the entities'."""
        s, place = self.ground.sizes, self.ground.end
        for label, size, rows in (
            ("tenants", s.companies, self._tenancies),
            ("hosts", s.zones, self._hosts),
            ("runners", s.programs, self._runners),
            ("affiliations", s.affiliations, self._affiliations),
            ("studies", s.experts // 3, self._studies),
            ("participations", s.participations, self._participations),
        ):
            yield Batch(label, COLUMNS, size, rows(place), "relation")
            place += size
        self.end = place

    def _relation(
        self,
        place: int,
        role: Role,
        one: tuple[Kind, int],
        other: tuple[Kind, int],
        since: int,
        until: int | None,
        title: str | None = None,
    ) -> Row:
        """`since` and `until` are days by number; `until` is the first day that no longer counts."""
        subject, object_ = (self.ground.id(*one), str(one[0])), (self.ground.id(*other), str(other[0]))
        ends = (day(since), day(until) if until else None)
        return (uuid_at(place), *subject, *object_, str(role), *ends, title)

    def _tenancies(self, place: int) -> Iterator[Row]:
        for n in range(self.ground.sizes.companies):
            h, since = mixed(n, 31), self.ground.founded(n) + 30
            until = since + 200 + h // 8 % 500 if h % 8 == 0 else None
            zone = (Kind.ZONE, mixed(n, 32) % self.ground.sizes.zones)
            yield self._relation(place + n, Role.TENANT_OF, (Kind.COMPANY, n), zone, since, until)

    def _hosts(self, place: int) -> Iterator[Row]:
        for n in range(self.ground.sizes.zones):
            host = (Kind.UNIVERSITY, mixed(n, 33) % self.ground.sizes.universities)
            yield self._relation(place + n, Role.HOSTS, host, (Kind.ZONE, n), EPOCH + 3000, None)

    def _runners(self, place: int) -> Iterator[Row]:
        for n in range(self.ground.sizes.programs):
            runner = (Kind.UNIVERSITY, mixed(n, 34) % self.ground.sizes.universities)
            since = self.ground.program_starts(n) - 150
            yield self._relation(place + n, Role.RUNS, runner, (Kind.PROGRAM, n), since, None)

    def _affiliations(self, place: int) -> Iterator[Row]:
        """The first round is everybody's present employer, later rounds are earlier ones."""
        for n in range(self.ground.sizes.affiliations):
            before, expert = divmod(n, self.ground.sizes.experts)
            h = mixed(n, 35)
            if h % 5 == 0:
                employer, first = (Kind.UNIVERSITY, h // 5 % self.ground.sizes.universities), EPOCH
            else:
                # The square makes some companies large and most small.
                share = (h // 5) / (2**32 // 5 + 1)
                number = int(share * share * self.ground.sizes.companies)
                employer, first = (Kind.COMPANY, number), self.ground.founded(number)
            since = first + mixed(n, 36) % (NOW - first - 100)
            until = min(since + 100 + h % 1500, NOW) if before else None
            expert_at = (Kind.EXPERT, expert)
            yield self._relation(
                place + n, Role.EMPLOYED_BY, expert_at, employer, since, until, JOBS[h // 16 % len(JOBS)]
            )

    def _studies(self, place: int) -> Iterator[Row]:
        for n in range(self.ground.sizes.experts // 3):
            h = mixed(n, 37)
            school = (Kind.UNIVERSITY, h % self.ground.sizes.universities)
            since = date(1995 + h // 512 % 25, 9, 1).toordinal()
            title = DEGREES[h // 64 % len(DEGREES)]
            yield self._relation(
                place + n, Role.STUDIED_AT, (Kind.EXPERT, n * 3), school, since, since + 1400, title
            )

    def _participations(self, place: int) -> Iterator[Row]:
        """One half by companies, the other by experts; nobody takes part in the same program twice."""
        s = self.ground.sizes
        for n in range(s.participations):
            kind, count = ((Kind.COMPANY, s.companies), (Kind.EXPERT, s.experts))[n % 2]
            again, number = divmod(n // 2 * max(1, count * 2 // s.participations), count)
            # Successive rounds of one subject take successive programs.
            program = (mixed(number, 38 + n % 2) + again) % s.programs
            since = self.ground.program_starts(program)
            subject = (kind, number)
            yield self._relation(
                place + n, Role.PARTICIPATES_IN, subject, (Kind.PROGRAM, program), since, since + 365
            )

"""Skills of the benchmark data set, who has them, and the needs and programs that ask for them.

Four skills a person and three a need, drawn so that some skills are common and most are rare. Not
its business: the persons, companies and programs themselves (entities.py).
"""

from collections.abc import Iterator

from exchange.benchmark.entities import city_of
from exchange.benchmark.numbers import NOW, Batch, Ground, Row, day, mixed, uuid_at
from exchange.words import BUSINESSES, JOBS
from models.fact_vocabulary import NeedKind, SkillLevel, SkillScheme, SkillType
from models.vocabulary import Kind

GROUPS, FIELDS = 20, 200
"""The first skills are groups, those after them fields below the groups; all others lie below the fields."""
PER_EXPERT, PER_NEED, PER_PROGRAM = 4, 3, 3
_DOING_TEXT = """
analyse design develop operate maintain test teach review plan model measure optimise document
secure deploy integrate simulate calibrate monitor repair price market translate certify audit
automate migrate prototype schedule benchmark classify compress encrypt forecast index inspect log
map negotiate package profile render restore sample trace
"""
_DOING = tuple(_DOING_TEXT.split())
_THINGS_TEXT = """
networks databases sensors payments satellites pipelines robots drones turbines batteries genomes
vaccines harvests warehouses ports roads classrooms games films maps contracts portfolios ledgers
clouds chips lasers antennas compilers websites kernels markets clinics soils rivers grids engines
textiles polymers catalysts proteins archives brands surveys budgets
"""
_THINGS = tuple(_THINGS_TEXT.split())
_LEVELS = (SkillLevel.BASIC, SkillLevel.INTERMEDIATE, SkillLevel.INTERMEDIATE, SkillLevel.ADVANCED,
           SkillLevel.EXPERT)  # fmt: skip
_KINDS = (
    NeedKind.VACANCY,
    NeedKind.VACANCY,
    NeedKind.INTERNSHIP,
    NeedKind.RESEARCH_PROBLEM,
    NeedKind.MENTORING,
)
_VERTICALS = tuple(BUSINESSES)


class Facts:
    """The rows of each table; every batch is a generator that is read once."""

    def __init__(self, ground: Ground, place: int) -> None:
        """The ids go on from `place`, after those of the relations."""
        sizes = self.sizes = ground.sizes
        self.ground = ground
        self.skills = place
        self.needs = self.skills + sizes.skills
        self.parts = self.needs + sizes.needs

    def batches(self) -> Iterator[Batch]:
        """One batch a table, in the order of the ids."""
        s, place = self.sizes, self.parts
        label = "id scheme code label type broader_id"
        yield Batch("skills", tuple(label.split()), s.skills, self._skills(), "skill")
        label = (
            "id posted_by_id posted_by_kind kind title verticals country subdivision city is_remote places "
            "opens_on closes_on"
        )
        yield Batch("needs", tuple(label.split()), s.needs, self._needs(), "need")
        for table, key, kind, count, each in (
            ("expert_skill", "expert_id", Kind.EXPERT, s.experts, PER_EXPERT),
            ("need_skill", "need_id", None, s.needs, PER_NEED),
            ("program_skill", "program_id", Kind.PROGRAM, s.programs, PER_PROGRAM),
        ):
            rows = self._wanted(place, kind, count, each)
            yield Batch(table, ("id", key, "skill_id", "level"), count * each, rows, table)
            place += count * each

    def _skills(self) -> Iterator[Row]:
        words = len(_DOING) * len(_THINGS)
        for n in range(self.sizes.skills):
            again, at = divmod(n * 7 % (words * 10), words)
            doing, thing = divmod(at, len(_THINGS))
            label = f"{_DOING[doing]} {_THINGS[thing]}" + (f" {again + 1}" if again else "")
            above = None if n < GROUPS else n % GROUPS if n < GROUPS + FIELDS else GROUPS + n % FIELDS
            type_ = SkillType.GROUP if n < GROUPS + FIELDS else SkillType.COMPETENCE
            broader = None if above is None else uuid_at(self.skills + above)
            yield uuid_at(self.skills + n), str(SkillScheme.LOCAL), f"B{n:05d}", label, str(type_), broader

    def _needs(self) -> Iterator[Row]:
        for n in range(self.sizes.needs):
            company, h = mixed(n, 41) % self.sizes.companies, mixed(n, 42)
            city, subdivision = city_of(self.ground, Kind.COMPANY, company)
            opens = NOW - 500 + h % 600
            yield (
                uuid_at(self.needs + n), self.ground.id(Kind.COMPANY, company), str(Kind.COMPANY),
                str(_KINDS[h % len(_KINDS)]), f"{JOBS[h // 8 % len(JOBS)]}, {city}",
                [_VERTICALS[h // 64 % len(_VERTICALS)]], "PK", subdivision, city, h % 4 == 0, 1 + h // 16 % 5,
                day(opens), day(opens + 60 + h // 32 % 200),
            )  # fmt: skip

    def _wanted(self, place: int, kind: Kind | None, count: int, each: int) -> Iterator[Row]:
        leaves = (self.sizes.skills - GROUPS - FIELDS) // each
        for n in range(count):
            whose = uuid_at(self.needs + n) if kind is None else self.ground.id(kind, n)
            for k in range(each):
                h = mixed(n * each + k, 43 + each)
                # The square makes some skills common; the remainder makes those of one owner different ones.
                share = h / 2**32
                skill = GROUPS + FIELDS + int(share * share * leaves) * each + k
                level = str(_LEVELS[h % len(_LEVELS)]) if h % 7 else None
                yield uuid_at(place + n * each + k), whose, uuid_at(self.skills + skill), level

"""Matching: match_experts for a need, program or company; match_programs and match_needs for who has skills.

They run with the caller's own rights, so that row security holds inside, and are also given the conditions that
the compiler puts on every table; their operators on the way in (equality, dates) are leakproof and use indexes.
docs/matching.md says what they count. Each returns the best candidates with the scores of the parts, and for the
candidates of one page what the scores rest on.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import owned_by_editor

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ORGANIZATIONS = "('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR')"
PERSONS_TIES = "'{EMPLOYED_BY,HOLDS_POST_AT,BOARD_MEMBER_OF,FOUNDED,STUDIED_AT}'::text[]"
BUSINESS_TIES = "'{EMPLOYED_BY,HOLDS_POST_AT,BOARD_MEMBER_OF,FOUNDED}'::text[]"
STAFF = "'{EMPLOYED_BY,FOUNDED}'::text[]"
ORGANIZATIONS_TIES = "'{PART_OF,COLLABORATES_WITH,SPIN_OFF_OF,INVESTED_IN,FUNDS,SUCCEEDS}'::text[]"
MOST_HITS = 50_000
"""Skills of persons that one question looks at, the closest skills first."""
MOST_NEAR, MOST_WANTED, MOST_HELD, MOST_PEOPLE, MOST_TIES = 2_000, 100, 100, 1_000, 2_000
COMMON = """
    weights float8[], day date, audiences text[], partner uuid, events text[], most int, page_size int,
    after_score float8, after_id uuid
"""
RESULT = """
    id uuid, score float8, skills float8, field float8, place float8, period float8, language float8,
    affiliation float8, wanted uuid[], wanted_fields boolean[], wanted_levels text[], required boolean[],
    held uuid[], levels text[], steps int[], worths float8[], verticals text[], vertical_worths float8[],
    vertical_organizations uuid[], place_how text, km float8, availability text, opens_on date, closes_on date,
    languages text[], spoken text[], organization uuid, relation uuid
"""


def seen(row: str) -> str:
    """Whether the caller may see a row."""
    return f"(audiences IS NULL OR {row}.audience = ANY (audiences) OR {row}.owner_id = partner)"


def seen_entity(row: str) -> str:
    """Whether the caller may see a record that is current."""
    return f"({row}.record_status IN ('ACTIVE', 'INACTIVE') AND {seen(row)})"


def knows(row: str, field: str, default: str = "PUBLIC") -> str:
    """Whether the caller may know a personal field; of other kinds than experts its audience is null."""
    audience = f"coalesce({row}.{field}_audience, '{default}')"
    return f"(audiences IS NULL OR {audience} = ANY (audiences) OR {row}.owner_id = partner)"


def personal(row: str, column: str, default: str = "PUBLIC") -> str:
    """A personal field as far as the caller may see it."""
    return f"(CASE WHEN {knows(row, column, default)} THEN {row}.{column} END)"


def located(row: str, name: str) -> str:
    """A join: where a record is, as far as the caller may know."""
    columns = ", ".join(
        f"{row}.{column}" for column in ("country", "subdivision", "city", "latitude", "longitude")
    )
    return f"LEFT JOIN LATERAL (SELECT {columns} WHERE {knows(row, 'location')}) {name} ON true"


def tie(row: str) -> str:
    """What a relation that has begun counts: all while it lasts, and for ever where it is an event."""
    return f"(CASE WHEN {row}.ends_before > day OR {row}.role = ANY (events) THEN 1.0 ELSE 0.5 END)::float8"


def level(text: str) -> str:
    """A level's number, null where it is not stated."""
    return f"array_position('{{BASIC,INTERMEDIATE,ADVANCED,EXPERT}}'::text[], {text})"


def worth(near: str, wanted: str, held: str) -> str:
    """What a held skill is worth for a wanted one, in millionths, so that sums are exact in any order."""
    return f"""
        round({near}.worth * CASE WHEN {wanted} IS NULL THEN 1 WHEN {held} IS NULL THEN 0.75
              WHEN {held} >= {wanted} THEN 1 WHEN {held} = {wanted} - 1 THEN 0.6 WHEN {held} = {wanted} - 2 THEN 0.3
              ELSE 0.1 END::float8)::bigint
    """


def km(one: str, other: str) -> str:
    return f"match_km({one}.latitude, {one}.longitude, {other}.latitude, {other}.longitude)"


def place_how(there: str, here: str, residence: str = "NULL") -> str:
    """By what two places are the same; `there` is where the need or program is."""
    return f"""
        CASE WHEN {there}.is_remote THEN 'REMOTE'
             WHEN lower({there}.city) = lower({here}.city)
                  AND coalesce({there}.country = {here}.country, true)
                  AND coalesce({there}.subdivision = {here}.subdivision, true) THEN 'CITY'
             WHEN {there}.subdivision = {here}.subdivision THEN 'SUBDIVISION'
             WHEN {there}.country = {here}.country THEN 'COUNTRY'
             WHEN {there}.country = {residence} THEN 'RESIDENCE' END
    """


def place_score(how: str, distance: str) -> str:
    return f"""
        greatest(CASE {how} WHEN 'REMOTE' THEN 1 WHEN 'CITY' THEN 1 WHEN 'SUBDIVISION' THEN 0.5
                            WHEN 'COUNTRY' THEN 0.25 WHEN 'RESIDENCE' THEN 0.25 ELSE 0 END,
                 coalesce(1 / (1 + {distance} / 100), 0))::float8
    """


def has_place(there: str) -> str:
    texts = " OR ".join(f"{there}.{column} <> ''" for column in ("country", "subdivision", "city"))
    return f"coalesce({there}.is_remote OR {texts} OR {there}.latitude > -91, false)"


def distinct(array: str) -> str:
    return f"ARRAY(SELECT DISTINCT u.item FROM unnest({array}) AS u (item) ORDER BY u.item)"


def need_place(need: str, poster: str) -> str:
    """Where a need is: as it says, and at its poster's where it says nothing; a city has its poster's coordinates."""
    nowhere = f"({need}.country IS NULL AND {need}.subdivision IS NULL AND {need}.city IS NULL)"
    same = f"({nowhere} OR lower({need}.city) = lower({poster}.city))"
    parts = [
        f"CASE WHEN {nowhere} THEN {poster}.{column} ELSE {need}.{column} END"
        for column in ("country", "subdivision", "city")
    ]
    parts += [f"CASE WHEN {same} THEN {poster}.{column} END" for column in ("latitude", "longitude")]
    return f"ROW({', '.join(parts)}, {need}.is_remote)::match_place"


def entity_place(row: str) -> str:
    columns = ("country", "subdivision", "city", "latitude", "longitude")
    return f"ROW({', '.join(f'{row}.{column}' for column in columns)}, false)::match_place"


def fit(availability: str, is_mentoring: str) -> str:
    """How well an availability fits; an adviser is all that mentoring needs."""
    return f"""
        (CASE WHEN {is_mentoring} OR {availability} = 'OPEN' THEN 1.0 WHEN {availability} = 'PART_TIME' THEN 0.7
              ELSE 0.4 END)::float8
    """


def openness(opens: str, closes: str) -> str:
    return f"(CASE WHEN {closes} < day THEN 0 WHEN {opens} > day THEN 0.5 ELSE 1 END)::float8"


PARTS = ("skills", "field", "place", "period", "language", "affiliation")


def total(row: str, **instead: str) -> str:
    """The mean of the parts that count, by their weights; a part that is null has no part in it."""
    sums = []
    for number, part in enumerate(PARTS, 1):
        value = instead.get(part, f"{row}.{part}")
        sums.append(
            (
                f"coalesce(weights[{number}] * {value}, 0)",
                f"CASE WHEN {value} IS NULL THEN 0 ELSE weights[{number}] END",
            )
        )
    above, below = (" + ".join(part[at] for part in sums) for at in (0, 1))
    return f"coalesce(round((({above}) / nullif({below}, 0))::numeric, 4)::float8, 0)"


RANKED = f"""
    ranked AS MATERIALIZED (
        SELECT s.*, row_number() OVER (PARTITION BY s.is_after ORDER BY s.score DESC, s.id) AS place_in_page
        FROM (
            SELECT c.*, after_id IS NULL OR c.score < after_score OR c.score = after_score AND c.id > after_id
                AS is_after
            FROM (SELECT r.*, {total("r")} AS score FROM rated r) c
            ORDER BY c.score DESC, c.id LIMIT most
        ) s
    )
"""
IS_SHOWN = "(x.is_after AND x.place_in_page <= page_size)"


def evidence(demands: str, pairs: str) -> str:
    """What each wanted skill is met by. `demands`: ord, skill_id, is_field, level, is_required; `pairs`: ord,
    skill_id, level, steps, worth of the skills that are held."""
    return f"""
        LEFT JOIN LATERAL (
            SELECT array_agg(d.skill_id ORDER BY d.ord) AS wanted,
                array_agg(d.is_field ORDER BY d.ord) AS wanted_fields,
                array_agg((ARRAY['BASIC', 'INTERMEDIATE', 'ADVANCED', 'EXPERT'])[d.level] ORDER BY d.ord) AS wanted_levels,
                array_agg(d.is_required ORDER BY d.ord) AS required, array_agg(b.skill_id ORDER BY d.ord) AS held,
                array_agg(b.level ORDER BY d.ord) AS levels, array_agg(b.steps ORDER BY d.ord) AS steps,
                array_agg(coalesce(b.worth, 0) / 1e6::float8 ORDER BY d.ord) AS worths
            FROM ({demands}) d LEFT JOIN LATERAL (
                SELECT * FROM ({pairs}) p WHERE p.ord = d.ord
                ORDER BY p.worth DESC, abs(p.steps), {level("p.level")} DESC NULLS LAST, p.skill_id LIMIT 1
            ) b ON true
            WHERE {IS_SHOWN}
        ) ev ON true
    """


CHECK = """
    CREATE FUNCTION match_check(given_id uuid, given_type text, weights float8[]) RETURNS void
    LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
        IF given_id IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'TH404', MESSAGE = format('There is no %s to see.', given_type),
                HINT = 'Compare the id, slug or identifier; search finds entities by name.';
        END IF;
        IF 0 = ALL (weights) THEN
            RAISE EXCEPTION USING ERRCODE = 'TH400', MESSAGE = 'All weights are 0, so that nothing counts.',
                HINT = 'Give at least one part a weight above 0.';
        END IF;
    END $$
"""
KM = """
    CREATE FUNCTION match_km(a_lat float8, a_lon float8, b_lat float8, b_lon float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    -- least() passes nulls by, and would make of an unknown place the other end of the earth.
    RETURN CASE WHEN a_lat + a_lon + b_lat + b_lon IS NOT NULL THEN
        2 * 6371.0088 * asin(least(1, sqrt(power(sind((b_lat - a_lat) / 2), 2)
            + cosd(a_lat) * cosd(b_lat) * power(sind((b_lon - a_lon) / 2), 2)))) END
"""
NEAR = f"""
    CREATE FUNCTION match_near(given uuid[], is_demand boolean, audiences text[], partner uuid)
    RETURNS TABLE (ord int, skill_id uuid, steps int, worth float8) LANGUAGE sql STABLE ROWS 50
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET search_path FROM CURRENT
    AS $$
        WITH RECURSIVE start AS (
            SELECT g.ord::int, s.id, s.broader_id
            FROM unnest(given) WITH ORDINALITY AS g (id, ord) JOIN skill s ON s.id = g.id WHERE {seen("s")}
        ), below AS (
            SELECT start.ord, start.id, 0 AS steps FROM start
            UNION ALL
            SELECT b.ord, s.id, b.steps + 1 FROM below b JOIN skill s ON s.broader_id = b.id
            WHERE b.steps < 3 AND {seen("s")}
        ), above AS (
            SELECT start.ord, start.id, start.broader_id, 0 AS steps FROM start
            UNION ALL
            SELECT a.ord, s.id, s.broader_id, a.steps - 1 FROM above a JOIN skill s ON s.id = a.broader_id
            WHERE a.steps > -3 AND {seen("s")}
        )
        SELECT n.ord, n.id, n.steps,
            (1000000 * CASE WHEN n.steps >= 0 THEN power(0.8, n.steps) ELSE power(0.5, -n.steps) END)::float8
        FROM (
            SELECT u.ord, u.id, CASE WHEN is_demand THEN u.steps ELSE -u.steps END AS steps FROM (
                SELECT below.ord, below.id, below.steps FROM below
                UNION ALL
                SELECT above.ord, above.id, above.steps FROM above WHERE above.steps < 0
            ) u
        ) n
        ORDER BY 4 DESC, n.ord, n.id LIMIT {MOST_NEAR}
    $$
"""
DEMANDS_OF_SUBJECT = """
    SELECT d.ord::int, d.skill_id, d.is_field, d.level, d.is_required
    FROM unnest(d_skill, d_field, d_level, d_required) WITH ORDINALITY AS d (skill_id, is_field, level, is_required, ord)
"""
EXPERTS_PAIRS = f"""
    SELECT n.ord, es.skill_id, es.level, n.steps, {worth("n", "d_level[n.ord]", level("es.level"))} AS worth
    FROM expert_skill es JOIN near n ON n.skill_id = es.skill_id WHERE es.expert_id = x.id AND {seen("es")}
"""
EXPERTS = f"""
    CREATE FUNCTION match_experts(given_type text, given_id uuid, {COMMON}) RETURNS TABLE ({RESULT})
    LANGUAGE plpgsql STABLE ROWS 200
    -- How many rows a skill has differs a thousandfold: each question is planned for itself.
    SET plan_cache_mode = force_custom_plan SET search_path FROM CURRENT
    AS $$
    #variable_conflict use_column
    DECLARE
        asked record;
        there match_place;
        d_skill uuid[]; d_field boolean[]; d_level int[]; d_required boolean[];
        organizations uuid[]; wanted_verticals text[]; wanted_languages text[];
        opens date; closes date; poster uuid; is_mentoring boolean;
        skills_weight bigint; fields_weight bigint;
    BEGIN
        PERFORM match_check(given_id, given_type, weights);
        IF given_type = 'need' THEN
            SELECT {need_place("n", "l")} AS there, {distinct("n.verticals")} AS verticals,
                {distinct("n.languages")} AS languages, n.opens_on, n.closes_on, n.posted_by_id AS poster,
                n.kind = 'MENTORING' AS is_mentoring, CASE WHEN p.kind IN {ORGANIZATIONS} THEN ARRAY[p.id] END AS organizations
            INTO asked FROM need n LEFT JOIN entity p ON p.id = n.posted_by_id AND {seen("p")}
            {located("p", "l")} WHERE n.id = given_id AND {seen("n")};
        ELSE
            SELECT {entity_place("e")} AS there,
                CASE WHEN e.kind = 'COMPANY' THEN {distinct("e.verticals")} END AS verticals,
                NULL::text[] AS languages, e.opens_on, e.closes_on, NULL::uuid AS poster, false AS is_mentoring,
                NULL::uuid[] AS organizations
            INTO asked FROM entity e WHERE e.id = given_id AND {seen("e")};
        END IF;
        there := asked.there;
        wanted_verticals := asked.verticals;
        wanted_languages := asked.languages;
        opens := asked.opens_on;
        closes := asked.closes_on;
        poster := asked.poster;
        is_mentoring := asked.is_mentoring;
        organizations := asked.organizations;
        IF given_type = 'company' THEN
            organizations := ARRAY[given_id];
            SELECT array_agg(DISTINCT l.language) INTO wanted_languages
            FROM need n CROSS JOIN LATERAL unnest(n.languages) AS l (language)
            WHERE n.posted_by_id = given_id AND coalesce(n.closes_on >= day, true) AND {seen("n")};
        ELSIF given_type = 'program' THEN
            SELECT array_agg(DISTINCT e.id) INTO organizations
            FROM relation r JOIN entity e ON e.id = r.subject_id
            WHERE r.object_id = given_id AND r.role IN ('RUNS', 'FUNDS') AND r.starts_on <= day AND {seen("r")}
              AND {seen_entity("e")};
        END IF;
        SELECT array_agg(w.skill_id ORDER BY w.ord), array_agg(w.is_field ORDER BY w.ord),
            array_agg(w.level ORDER BY w.ord), array_agg(w.is_required ORDER BY w.ord)
        INTO d_skill, d_field, d_level, d_required
        FROM (
            SELECT d.*, row_number() OVER (ORDER BY d.is_field, d.is_required DESC, d.skill_id) AS ord FROM (
                SELECT s.id AS skill_id, false AS is_field, {level("ns.level")} AS level, ns.is_required
                FROM need_skill ns JOIN skill s ON s.id = ns.skill_id
                WHERE given_type = 'need' AND ns.need_id = given_id AND {seen("ns")} AND {seen("s")}
                UNION ALL
                SELECT s.id, false, {level("ps.level")}, ps.is_required
                FROM program_skill ps JOIN skill s ON s.id = ps.skill_id
                WHERE given_type = 'program' AND ps.program_id = given_id AND {seen("ps")} AND {seen("s")}
                UNION ALL
                SELECT s.id, true, NULL, true
                FROM entity e CROSS JOIN LATERAL unnest(e.fields) AS f (code)
                JOIN skill s ON s.scheme = 'ISCED_F' AND s.code = f.code
                WHERE given_type = 'program' AND e.id = given_id AND {seen("e")} AND {seen("s")}
                UNION ALL
                SELECT s.id, false, max({level("ns.level")}), bool_or(ns.is_required)
                FROM need n JOIN need_skill ns ON ns.need_id = n.id JOIN skill s ON s.id = ns.skill_id
                WHERE given_type = 'company' AND n.posted_by_id = given_id AND coalesce(n.closes_on >= day, true)
                  AND {seen("n")} AND {seen("ns")} AND {seen("s")}
                GROUP BY s.id
            ) d
            ORDER BY ord LIMIT {MOST_WANTED}
        ) w;
        IF d_skill IS NULL THEN
            RETURN;
        END IF;
        SELECT sum(CASE WHEN d.is_required THEN 2 ELSE 1 END) FILTER (WHERE NOT d.is_field)
        INTO skills_weight FROM unnest(d_field, d_required) AS d (is_field, is_required);
        fields_weight := coalesce(cardinality(wanted_verticals), 0);
        IF given_type = 'program' THEN
            SELECT count(DISTINCT f.code) INTO fields_weight
            FROM entity e CROSS JOIN LATERAL unnest(e.fields) AS f (code) WHERE e.id = given_id AND {seen("e")};
        END IF;
        RETURN QUERY
        WITH near AS MATERIALIZED (
            SELECT * FROM match_near(d_skill, true, audiences, partner)
        ), hits AS MATERIALIZED (
            SELECT h.expert_id, n.skill_id, h.level FROM (
                SELECT n.skill_id, max(n.worth) AS worth FROM near n GROUP BY n.skill_id
                ORDER BY worth DESC, n.skill_id
            ) n CROSS JOIN LATERAL (
                SELECT es.expert_id, {level("es.level")} AS level FROM expert_skill es
                WHERE es.skill_id = n.skill_id AND {seen("es")} ORDER BY es.expert_id
            ) h LIMIT {MOST_HITS}
        ), best AS (
            SELECT h.expert_id, n.ord, max({worth("n", "d_level[n.ord]", "h.level")}) AS worth
            FROM hits h JOIN near n ON n.skill_id = h.skill_id GROUP BY h.expert_id, n.ord
        ), skilled AS (
            SELECT b.expert_id,
                sum(b.worth * CASE WHEN d_required[b.ord] THEN 2 ELSE 1 END) FILTER (WHERE NOT d_field[b.ord])
                    AS skills,
                sum(b.worth) FILTER (WHERE d_field[b.ord]) AS fields
            FROM best b GROUP BY b.expert_id
        ), tied AS (
            SELECT DISTINCT ON (r.subject_id) r.subject_id AS expert_id, {tie("r")} AS affiliation,
                r.object_id AS organization, r.id AS relation
            FROM relation r
            WHERE r.object_id = ANY (organizations) AND r.role = ANY ({PERSONS_TIES}) AND r.starts_on <= day
              AND {seen("r")}
            ORDER BY r.subject_id, affiliation DESC, r.id
        ), people AS (
            SELECT e.id, coalesce(s.skills, 0) / nullif(1e6 * skills_weight, 0)::float8 AS skills,
                coalesce(s.fields, 0) / 1e6::float8 AS fields, {place_how("there", "h", personal("e", "residence_country", "PUBLIC"))} AS place_how,
                {km("there", "h")} AS km, {personal("e", "languages")} AS languages, e.availability,
                CASE WHEN organizations IS NOT NULL THEN coalesce(t.affiliation, 0) END AS affiliation,
                t.organization, t.relation
            FROM skilled s JOIN entity e ON e.id = s.expert_id LEFT JOIN tied t ON t.expert_id = e.id
            {located("e", "h")}
            WHERE e.kind = 'EXPERT' AND {seen_entity("e")} AND e.id IS DISTINCT FROM poster
              AND {personal("e", "availability", "PARTNERS")} IN ('OPEN', 'PART_TIME', 'ADVISORY')
        ), first AS MATERIALIZED (
            SELECT p.*, CASE WHEN fields_weight > 0 THEN p.fields / fields_weight END AS field,
                CASE WHEN {has_place("there")} THEN {place_score("p.place_how", "p.km")} END AS place,
                {fit("p.availability", "is_mentoring")} * {openness("opens", "closes")} AS period,
                CASE WHEN cardinality(wanted_languages) > 0 THEN (
                    SELECT count(DISTINCT l.language) FROM unnest(wanted_languages) AS l (language)
                    WHERE l.language = ANY (p.languages)) / cardinality(wanted_languages)::float8 END AS language
            FROM people p
        ), promising AS (
            -- What a business is in is looked up only for whom it could still bring among the best.
            SELECT f.* FROM first f
            WHERE coalesce(cardinality(wanted_verticals), 0) = 0 OR {total("f", field="1")} >= coalesce(
                (SELECT {total("f", field="0")} AS least FROM first f ORDER BY least DESC OFFSET most - 1 LIMIT 1), 0)
        ), rated AS (
            SELECT p.id, p.skills, p.field + coalesce(t.worth, 0) / nullif(fields_weight, 0) AS field, p.place,
                p.period, p.language, p.affiliation, t.verticals, t.vertical_worths, t.vertical_organizations,
                p.place_how, p.km, p.availability, p.languages, p.organization, p.relation
            FROM promising p LEFT JOIN LATERAL (
                SELECT sum(b.worth) AS worth, array_agg(b.code ORDER BY b.code) AS verticals,
                    array_agg(b.worth ORDER BY b.code) AS vertical_worths,
                    array_agg(b.organization ORDER BY b.code) AS vertical_organizations
                FROM (
                    SELECT DISTINCT ON (w.code) w.code, {tie("r")} AS worth, c.id AS organization
                    FROM relation r JOIN entity c ON c.id = r.object_id
                    JOIN unnest(wanted_verticals) AS w (code) ON w.code = ANY (c.verticals)
                    WHERE r.subject_id = p.id AND r.role = ANY ({BUSINESS_TIES}) AND r.starts_on <= day
                      AND c.kind = 'COMPANY' AND {seen("r")} AND {seen_entity("c")}
                    ORDER BY w.code, worth DESC, c.id
                ) b
            ) t ON cardinality(wanted_verticals) > 0
        ), {RANKED}
        SELECT x.id, x.score, x.skills, x.field, x.place, x.period, x.language, x.affiliation,
            ev.wanted, ev.wanted_fields, ev.wanted_levels, ev.required, ev.held, ev.levels, ev.steps, ev.worths,
            x.verticals, x.vertical_worths, x.vertical_organizations, x.place_how, x.km, x.availability, opens,
            closes, wanted_languages,
            ARRAY(SELECT l.language FROM unnest(wanted_languages) AS l (language) WHERE l.language = ANY (x.languages)),
            x.organization, x.relation
        FROM ranked x {evidence(DEMANDS_OF_SUBJECT, EXPERTS_PAIRS)}
        ORDER BY x.score DESC, x.id;
    END $$
"""

SPELLED = "(ARRAY['BASIC', 'INTERMEDIATE', 'ADVANCED', 'EXPERT'])[{}]"
HELD_PAIRS = f"""
    SELECT d.ord, h_skill[n.ord] AS skill_id, {SPELLED.format("h_level[n.ord]")} AS level, n.steps,
        {worth("n", "d.level", "h_level[n.ord]")} AS worth
    FROM near n WHERE n.skill_id = d.skill_id
"""


def openings(name: str, hits: str, demands: str, targets: str) -> str:
    """The function that ranks what is open to an expert or an organization.

    `hits`: id, skill_id, is_field, level, is_required of what asks for a skill `n`; `demands` the same of all that
    `x` asks for; `targets` what is rated of each candidate `s`.
    """
    return f"""
    CREATE FUNCTION {name}(given_type text, given_id uuid, {COMMON}) RETURNS TABLE ({RESULT})
    LANGUAGE plpgsql STABLE ROWS 200
    -- How many rows a skill has differs a thousandfold: each question is planned for itself.
    SET plan_cache_mode = force_custom_plan SET search_path FROM CURRENT
    AS $$
    #variable_conflict use_column
    DECLARE
        asking record;
        here match_place;
        availability text; residence text; own_languages text[];
        h_skill uuid[]; h_level int[];
        n_ord int[]; n_skill uuid[]; n_steps int[]; n_worth float8[];
        t_organization uuid[]; t_worth float8[]; t_relation uuid[];
        v_code text[]; v_worth float8[]; v_organization uuid[];
    BEGIN
        PERFORM match_check(given_id, given_type, weights);
        SELECT {entity_place("l")} AS place, {personal("e", "availability", "PARTNERS")} AS availability,
            {personal("e", "residence_country", "PUBLIC")} AS residence,
            {personal("e", "languages")} AS languages
        INTO asking FROM entity e {located("e", "l")} WHERE e.id = given_id AND {seen("e")};
        here := asking.place;
        availability := asking.availability;
        residence := asking.residence;
        own_languages := asking.languages;
        IF given_type = 'expert' THEN
            IF availability IS NULL OR availability = 'NOT_AVAILABLE' THEN
                RETURN;
            END IF;
            SELECT array_agg(es.skill_id ORDER BY es.skill_id), array_agg({level("es.level")} ORDER BY es.skill_id)
            INTO h_skill, h_level FROM expert_skill es WHERE es.expert_id = given_id AND {seen("es")};
            SELECT array_agg(t.organization), array_agg(t.worth), array_agg(t.relation)
            INTO t_organization, t_worth, t_relation FROM (
                SELECT DISTINCT ON (r.object_id) r.object_id AS organization, {tie("r")} AS worth, r.id AS relation
                FROM relation r JOIN entity o ON o.id = r.object_id
                WHERE r.subject_id = given_id AND r.role = ANY ({PERSONS_TIES}) AND r.starts_on <= day
                  AND {seen("r")} AND {seen_entity("o")}
                ORDER BY r.object_id, worth DESC, r.id
            ) t;
        ELSE
            SELECT array_agg(k.skill_id ORDER BY k.skill_id), array_agg(k.level ORDER BY k.skill_id)
            INTO h_skill, h_level FROM (
                SELECT es.skill_id, max({level("es.level")}) AS level
                FROM (
                    SELECT r.subject_id FROM relation r
                    WHERE r.object_id = given_id AND r.role = ANY ({STAFF}) AND r.starts_on <= day
                      AND (r.ends_before > day OR r.role = ANY (events)) AND {seen("r")}
                    ORDER BY r.role, r.subject_id LIMIT {MOST_PEOPLE}
                ) m
                JOIN entity e ON e.id = m.subject_id AND {seen_entity("e")}
                JOIN expert_skill es ON es.expert_id = e.id AND {seen("es")}
                GROUP BY es.skill_id ORDER BY count(*) DESC, level DESC NULLS LAST, es.skill_id LIMIT {MOST_HELD}
            ) k;
            SELECT array_agg(t.organization), array_agg(t.worth), array_agg(t.relation)
            INTO t_organization, t_worth, t_relation FROM (
                SELECT DISTINCT ON (b.organization) b.organization, b.worth, b.id AS relation FROM (
                    (SELECT r.object_id AS organization, {tie("r")} AS worth, r.id FROM relation r
                     WHERE r.subject_id = given_id AND r.role = ANY ({ORGANIZATIONS_TIES}) AND r.starts_on <= day
                       AND {seen("r")} ORDER BY r.role, r.object_id, r.id LIMIT {MOST_TIES})
                    UNION ALL
                    (SELECT r.subject_id, {tie("r")}, r.id FROM relation r
                     WHERE r.object_id = given_id AND r.role = ANY ({ORGANIZATIONS_TIES}) AND r.starts_on <= day
                       AND {seen("r")} ORDER BY r.role, r.subject_id, r.id LIMIT {MOST_TIES})
                ) b JOIN entity o ON o.id = b.organization AND {seen_entity("o")}
                ORDER BY b.organization, b.worth DESC, b.id
            ) t;
        END IF;
        IF h_skill IS NULL THEN
            RETURN;
        END IF;
        SELECT array_agg(v.code), array_agg(v.worth), array_agg(v.organization) INTO v_code, v_worth, v_organization
        FROM (
            SELECT DISTINCT ON (w.code) w.code, t.worth, c.id AS organization
            FROM (SELECT * FROM unnest(t_organization, t_worth) UNION ALL SELECT given_id, 1) AS t (id, worth)
            JOIN entity c ON c.id = t.id AND c.kind = 'COMPANY' AND {seen("c")}
            CROSS JOIN LATERAL unnest(c.verticals) AS w (code)
            ORDER BY w.code, t.worth DESC, c.id
        ) v;
        SELECT array_agg(n.ord), array_agg(n.skill_id), array_agg(n.steps), array_agg(n.worth)
        INTO n_ord, n_skill, n_steps, n_worth FROM match_near(h_skill, false, audiences, partner) n;
        RETURN QUERY
        WITH near AS MATERIALIZED (
            SELECT * FROM unnest(n_ord, n_skill, n_steps, n_worth) AS n (ord, skill_id, steps, worth)
        ), ties AS MATERIALIZED (
            SELECT t.* FROM unnest(t_organization, t_worth, t_relation) AS t (organization, worth, relation)
        ), hits AS MATERIALIZED (
            {hits}
        ), best AS (
            SELECT h.id, h.skill_id, h.is_field, h.is_required,
                max({worth("n", "h.level", "h_level[n.ord]")}) AS worth
            FROM hits h JOIN near n ON n.skill_id = h.skill_id
            GROUP BY h.id, h.skill_id, h.is_field, h.is_required
        ), skilled AS (
            SELECT b.id,
                sum(b.worth * CASE WHEN b.is_required THEN 2 ELSE 1 END) FILTER (WHERE NOT b.is_field) AS skills,
                sum(b.worth) FILTER (WHERE b.is_field) AS fields
            FROM best b GROUP BY b.id
        ), found AS (
            {targets}
        ), rated AS (
            SELECT f.id, coalesce(f.skills, 0) / nullif(1e6 * f.skills_weight, 0)::float8 AS skills, f.field,
                CASE WHEN {has_place("(f.there)")} THEN {place_score("p.how", "p.km")} END AS place,
                CASE WHEN given_type = 'expert' THEN {fit("availability", "f.is_mentoring")} ELSE 1 END
                    * {openness("f.opens_on", "f.closes_on")} AS period,
                CASE WHEN given_type = 'expert' AND cardinality(f.languages) > 0 THEN cardinality(f.spoken)
                    / cardinality(f.languages)::float8 END AS language,
                f.affiliation, f.verticals, f.vertical_worths, f.vertical_organizations, p.how AS place_how, p.km,
                f.opens_on, f.closes_on, f.languages, f.spoken, f.organization, f.relation
            FROM found f CROSS JOIN LATERAL (
                SELECT {place_how("(f.there)", "here", "residence")} AS how, {km("(f.there)", "here")} AS km
            ) p
        ), {RANKED}
        SELECT x.id, x.score, x.skills, x.field, x.place, x.period, x.language, x.affiliation,
            ev.wanted, ev.wanted_fields, ev.wanted_levels, ev.required, ev.held, ev.levels, ev.steps, ev.worths,
            x.verticals, x.vertical_worths, x.vertical_organizations, x.place_how, x.km,
            CASE WHEN given_type = 'expert' THEN availability END, x.opens_on, x.closes_on, x.languages, x.spoken,
            x.organization, x.relation
        FROM ranked x {evidence(demands, HELD_PAIRS)}
        ORDER BY x.score DESC, x.id;
    END $$
    """


IS_OPEN = "coalesce({row}.closes_on >= day, true)"
NEEDS = openings(
    "match_needs",
    hits=f"""
        SELECT t.id, ns.skill_id, false AS is_field, {level("ns.level")} AS level, ns.is_required
        FROM need_skill ns JOIN need t ON t.id = ns.need_id
        WHERE ns.skill_id = ANY (n_skill) AND {seen("ns")} AND {seen("t")} AND {IS_OPEN.format(row="t")}
          AND t.posted_by_id <> given_id
    """,
    demands=f"""
        SELECT row_number() OVER (ORDER BY ns.is_required DESC, ns.skill_id)::int AS ord, ns.skill_id,
            false AS is_field, {level("ns.level")} AS level, ns.is_required
        FROM need_skill ns JOIN skill s ON s.id = ns.skill_id
        WHERE ns.need_id = x.id AND {seen("ns")} AND {seen("s")}
    """,
    targets=f"""
        SELECT t.id, s.skills, d.skills_weight, {need_place("t", "l")} AS there, t.opens_on, t.closes_on,
            t.kind = 'MENTORING' AS is_mentoring, {distinct("t.languages")} AS languages,
            ARRAY(SELECT DISTINCT l.item FROM unnest(t.languages) AS l (item) WHERE l.item = ANY (own_languages)
                  ORDER BY l.item) AS spoken,
            CASE WHEN p.kind IN {ORGANIZATIONS} THEN coalesce(ties.worth, 0) END AS affiliation,
            ties.organization, ties.relation, v.*
        FROM skilled s JOIN need t ON t.id = s.id LEFT JOIN entity p ON p.id = t.posted_by_id AND {seen("p")}
        {located("p", "l")} LEFT JOIN ties ON ties.organization = p.id
        CROSS JOIN LATERAL (
            SELECT sum(CASE WHEN ns.is_required THEN 2 ELSE 1 END) AS skills_weight
            FROM need_skill ns JOIN skill k ON k.id = ns.skill_id
            WHERE ns.need_id = t.id AND {seen("ns")} AND {seen("k")}
        ) d
        CROSS JOIN LATERAL (
            SELECT CASE WHEN cardinality(t.verticals) > 0 THEN coalesce(sum(o.worth), 0)
                    / cardinality({distinct("t.verticals")}) END AS field,
                array_agg(o.code ORDER BY o.code) AS verticals, array_agg(o.worth ORDER BY o.code) AS vertical_worths,
                array_agg(o.organization ORDER BY o.code) AS vertical_organizations
            FROM unnest(v_code, v_worth, v_organization) AS o (code, worth, organization)
            WHERE o.code = ANY (t.verticals)
        ) v
    """,
)
PROGRAMS = openings(
    "match_programs",
    hits=f"""
        SELECT t.id, ps.skill_id, false AS is_field, {level("ps.level")} AS level, ps.is_required
        FROM program_skill ps JOIN entity t ON t.id = ps.program_id
        WHERE ps.skill_id = ANY (n_skill) AND {seen("ps")} AND t.kind = 'PROGRAM' AND {seen_entity("t")}
          AND {IS_OPEN.format(row="t")}
        UNION ALL
        SELECT t.id, k.id, true, NULL, true
        FROM program_ids_in_fields(ARRAY(
            SELECT k.code FROM skill k WHERE k.id = ANY (n_skill) AND k.scheme = 'ISCED_F'
        )) i (id) JOIN entity t ON t.id = i.id CROSS JOIN LATERAL unnest(t.fields) AS f (code)
        JOIN skill k ON k.scheme = 'ISCED_F' AND k.code = f.code
        WHERE t.kind = 'PROGRAM' AND {seen_entity("t")} AND {seen("k")} AND {IS_OPEN.format(row="t")}
    """,
    demands=f"""
        SELECT row_number() OVER (ORDER BY w.is_field, w.is_required DESC, w.skill_id)::int AS ord, w.* FROM (
            SELECT ps.skill_id, false AS is_field, {level("ps.level")} AS level, ps.is_required
            FROM program_skill ps JOIN skill s ON s.id = ps.skill_id
            WHERE ps.program_id = x.id AND {seen("ps")} AND {seen("s")}
            UNION ALL
            SELECT DISTINCT s.id, true, NULL::int, true
            FROM entity t CROSS JOIN LATERAL unnest(t.fields) AS f (code)
            JOIN skill s ON s.scheme = 'ISCED_F' AND s.code = f.code WHERE t.id = x.id AND {seen("s")}
        ) w
    """,
    targets=f"""
        SELECT t.id, s.skills, d.skills_weight, {entity_place("t")} AS there, t.opens_on, t.closes_on,
            false AS is_mentoring, NULL::text[] AS languages, NULL::text[] AS spoken, a.affiliation, a.organization,
            a.relation,
            CASE WHEN cardinality(t.fields) > 0 THEN coalesce(s.fields, 0) / 1e6::float8
                / cardinality({distinct("t.fields")}) END AS field,
            NULL::text[] AS verticals, NULL::float8[] AS vertical_worths, NULL::uuid[] AS vertical_organizations
        FROM skilled s JOIN entity t ON t.id = s.id
        CROSS JOIN LATERAL (
            SELECT sum(CASE WHEN ps.is_required THEN 2 ELSE 1 END) AS skills_weight
            FROM program_skill ps JOIN skill k ON k.id = ps.skill_id
            WHERE ps.program_id = t.id AND {seen("ps")} AND {seen("k")}
        ) d
        LEFT JOIN LATERAL (
            SELECT coalesce(ties.worth, 0) AS affiliation, ties.organization, ties.relation
            FROM relation r JOIN entity o ON o.id = r.subject_id LEFT JOIN ties ON ties.organization = o.id
            WHERE r.object_id = t.id AND r.role IN ('RUNS', 'FUNDS') AND r.starts_on <= day AND {seen("r")}
              AND {seen_entity("o")}
            ORDER BY coalesce(ties.worth, 0) DESC, ties.organization LIMIT 1
        ) a ON true
        WHERE NOT EXISTS (SELECT FROM relation r WHERE r.object_id = t.id AND r.subject_id = given_id
                          AND r.role = 'RUNS' AND {seen("r")})
    """,
)
# As the look-ups of 0003: under a row policy an array operator uses no index, so this runs as the editor role and
# applies the caller's rights itself.
IN_FIELDS = """
    CREATE FUNCTION program_ids_in_fields(codes text[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
    SET search_path FROM CURRENT
    AS $$ SELECT r.id FROM entity r
        WHERE r.kind = 'PROGRAM' AND r.fields && codes AND CASE current_setting('role')
            WHEN 'triplehelix_editor' THEN true
            WHEN 'triplehelix_partner' THEN r.audience IN ('PUBLIC', 'PARTNERS')
                OR r.owner_id = nullif(current_setting('app.partner', true), '')::uuid
            ELSE r.audience = 'PUBLIC'
        END $$
"""
TYPE = """
    CREATE TYPE match_place AS (country text, subdivision text, city text, latitude float8, longitude float8,
                                is_remote boolean)
"""


def upgrade() -> None:
    op.create_index(
        "ix_entity_fields",
        "entity",
        ["fields"],
        postgresql_using="gin",
        postgresql_where=sa.text("kind = 'PROGRAM'"),
    )
    for statement in (TYPE, CHECK, KM, NEAR, IN_FIELDS, EXPERTS, NEEDS, PROGRAMS):
        op.execute(statement)
    owned_by_editor("program_ids_in_fields(text[])")


def downgrade() -> None:
    names = ("match_experts", "match_needs", "match_programs", "match_near", "match_km", "match_check")
    for name in (*names, "program_ids_in_fields"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TYPE match_place")
    op.drop_index("ix_entity_fields", table_name="entity")

"""The search for paths between two entities: find_paths, with path_steps for what one step reaches.

Both run with the caller's own rights, so that row security holds inside; the compiler's conditions come as
arguments. Their operators (equality, dates) are leakproof and use the indexes of `relation`.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RIGHTS = "(path_audiences IS NULL OR {row}.audience = ANY (path_audiences) OR {row}.owner_id = path_partner)"
HOLDS = """
    (path_roles IS NULL OR r.role = ANY (path_roles))
    AND (path_day IS NULL OR r.starts_on <= path_day
         AND (r.ends_before > path_day OR r.role = ANY (path_events)))
"""
SIGNATURE = """
    path_start uuid, path_goal uuid, path_roles text[], path_kinds text[], path_day date, path_today date,
    path_audiences text[], path_partner uuid, path_events text[], role_names text[], role_weights float8[],
    fan_out int
"""
ARGUMENTS = ", ".join(part.split()[0] for part in SIGNATURE.split(","))


def _arm(near: str, far: str) -> str:
    """What one step reaches from `ends.node` over relations that it is the `near` end of."""
    return f"""
        (SELECT r.{far} AS far, r.id, r.role, r.starts_on, r.ends_before
         FROM relation r JOIN entity e ON e.id = r.{far}
         WHERE r.{near} = ends.node AND {HOLDS} AND {RIGHTS.format(row="r")} AND {RIGHTS.format(row="e")}
           AND (e.id IN (path_start, path_goal) OR e.record_status IN ('ACTIVE', 'INACTIVE')
                AND (path_kinds IS NULL OR e.kind = ANY (path_kinds)))
         LIMIT fan_out + 1)
    """


def _fan(near: str) -> str:
    """The relations of an end, so far as they tell a hub."""
    rights = RIGHTS.format(row="r")
    return f"SELECT FROM relation r WHERE r.{near} = ends.node AND {HOLDS} AND {rights} LIMIT 500"


STEPS = f"""
    CREATE FUNCTION path_steps(step_ends uuid[], {SIGNATURE})
    RETURNS TABLE (node uuid, far uuid, relation uuid, strength float8, is_cut boolean)
    LANGUAGE sql STABLE ROWS 1000
    -- Ends are few and relations many: only the indexes lead from one to the other.
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET search_path FROM CURRENT
    AS $$
        SELECT DISTINCT ON (x.node, x.far) x.node, x.far, x.id, x.strength, x.is_cut
        FROM (
            SELECT ends.node, s.far, s.id, count(*) OVER (PARTITION BY ends.node) > fan_out AS is_cut,
                role_weights[array_position(role_names, s.role)] * CASE
                    WHEN t.since = '-infinity' THEN 0.5
                    WHEN t.since >= t.at THEN 1
                    ELSE 1 / (1 + (t.at - t.since) / 3652.5)
                END AS strength
            FROM unnest(step_ends) AS ends (node)
            CROSS JOIN LATERAL ({_arm("subject_id", "object_id")} UNION ALL {_arm("object_id", "subject_id")}) s
            CROSS JOIN LATERAL (
                SELECT coalesce(path_day, path_today) AS at,
                    CASE WHEN s.role = ANY (path_events) THEN s.starts_on ELSE s.ends_before END AS since
            ) t
        ) x
        ORDER BY x.node, x.far, x.strength DESC, x.id
    $$
"""
FIND = f"""
    CREATE FUNCTION find_paths(most_hops int, most_paths int, budget int, patience interval, {SIGNATURE})
    RETURNS TABLE (lengths int[], strengths real[], nodes uuid[], relations uuid[], is_truncated boolean,
                   visited int)
    LANGUAGE plpgsql STABLE ROWS 1
    SET plan_cache_mode = force_generic_plan SET search_path FROM CURRENT
    AS $$
    #variable_conflict use_column
    DECLARE
        -- Every simple path of one length from either end, the strongest first. That of the goal is kept in
        -- the direction of the whole path.
        from_start half_path[] := ARRAY[ROW(path_start, ARRAY[path_start], '{{}}', 1)::half_path];
        from_goal half_path[] := ARRAY[ROW(path_goal, ARRAY[path_goal], '{{}}', 1)::half_path];
        start_depth int := 0;
        goal_depth int := 0;
        found half_path[] := '{{}}';
        grown half_path[];
        joined half_path[];
        chunk half_path[];
        best half_path[];
        wanted int;
        looked_at int;
        begun timestamptz := clock_timestamp();
        is_forward boolean;
        was_cut boolean;
    BEGIN
        IF path_start IS NULL OR path_goal IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'TH404', MESSAGE = format('There is no entity to see for %s.',
                CASE WHEN path_start IS NULL THEN 'from' ELSE 'to' END),
                HINT = 'Compare the id, slug or identifier; search finds entities by name.';
        END IF;
        IF path_start = path_goal THEN
            RAISE EXCEPTION USING ERRCODE = 'TH400', MESSAGE = 'from and to are the same entity.',
                HINT = 'Give two different entities.';
        END IF;
        is_truncated := false;
        visited := 0;
        WHILE start_depth + goal_depth < most_hops AND cardinality(found) < most_paths LOOP
            IF clock_timestamp() > begun + patience OR visited >= budget THEN
                is_truncated := true;
                EXIT;
            END IF;
            is_forward := path_fan(from_start, {ARGUMENTS}) <= path_fan(from_goal, {ARGUMENTS});
            WITH halves AS (
                SELECT h.* FROM unnest(CASE WHEN is_forward THEN from_start ELSE from_goal END) h
                WHERE h.node <> CASE WHEN is_forward THEN path_goal ELSE path_start END
            ), step AS MATERIALIZED (
                SELECT s.* FROM path_steps(ARRAY(SELECT DISTINCT h.node FROM halves h), {ARGUMENTS}) s
            ), degree AS (
                SELECT s.node, path_passing(count(*)) AS passing, bool_or(s.is_cut) AS is_cut
                FROM step s GROUP BY s.node
            ), next AS (
                SELECT ROW(s.far, CASE WHEN is_forward THEN h.nodes || s.far ELSE s.far || h.nodes END,
                        CASE WHEN is_forward THEN h.relations || s.relation ELSE s.relation || h.relations END,
                        h.strength * s.strength
                        * CASE WHEN s.node IN (path_start, path_goal) THEN 1 ELSE d.passing END)::half_path AS half
                FROM halves h JOIN step s ON s.node = h.node JOIN degree d ON d.node = h.node
                WHERE s.far <> ALL (h.nodes)
                  AND (s.far <> CASE WHEN is_forward THEN path_goal ELSE path_start END
                       OR CASE WHEN is_forward THEN goal_depth ELSE start_depth END = 0)
            )
            SELECT coalesce(array_agg(n.half), '{{}}'), (SELECT bool_or(d.is_cut) FROM degree d)
            INTO grown, was_cut
            FROM (SELECT n.half FROM next n
                  ORDER BY (n.half).strength DESC, (n.half).nodes LIMIT budget - visited + 1) n;
            is_truncated := is_truncated OR coalesce(was_cut, false);
            IF cardinality(grown) > budget - visited THEN
                is_truncated := true;
                grown := grown[1:budget - visited];
            END IF;
            visited := visited + cardinality(grown);
            EXIT WHEN grown = '{{}}';
            IF is_forward THEN
                from_start := grown;
                start_depth := start_depth + 1;
            ELSE
                from_goal := grown;
                goal_depth := goal_depth + 1;
            END IF;
            SELECT coalesce(sum(s.number * g.number), 0) > 100000 INTO was_cut
            FROM (SELECT h.node, count(*) AS number FROM unnest(from_start) h GROUP BY h.node) s
            JOIN (SELECT h.node, count(*) AS number FROM unnest(from_goal) h GROUP BY h.node) g ON g.node = s.node;
            is_truncated := is_truncated OR was_cut;
            SELECT coalesce(array_agg(ROW(p.node, p.nodes, p.relations, p.strength)::half_path
                                      ORDER BY p.strength DESC, p.nodes), '{{}}') INTO joined
            FROM (
                SELECT s.node, s.nodes || g.nodes[2:] AS nodes, s.relations || g.relations AS relations,
                       s.strength * g.strength AS strength
                FROM (SELECT h.*, row_number() OVER (PARTITION BY h.node ORDER BY h.place) AS rank
                      FROM unnest(from_start) WITH ORDINALITY AS h (node, nodes, relations, strength, place)) s
                JOIN (SELECT h.*, row_number() OVER (PARTITION BY h.node ORDER BY h.place) AS rank
                      FROM unnest(from_goal) WITH ORDINALITY AS h (node, nodes, relations, strength, place)) g
                  ON g.node = s.node
                WHERE (NOT was_cut OR s.rank <= 20 AND g.rank <= 20) AND NOT s.nodes && g.nodes[2:]
            ) p;
            -- A path is at most as strong as its halves together, so the degree of the node where they meet
            -- is asked only while a weaker pair could still be among the best.
            best := '{{}}';
            wanted := most_paths - cardinality(found);
            looked_at := 0;
            WHILE looked_at < cardinality(joined) LOOP
                EXIT WHEN cardinality(best) = wanted
                    AND joined[looked_at + 1].strength::real < best[wanted].strength::real;
                chunk := joined[looked_at + 1:2 * looked_at + 2 * wanted];
                looked_at := looked_at + cardinality(chunk);
                WITH degree AS (
                    SELECT s.node, path_passing(count(*)) AS passing
                    FROM path_steps(ARRAY(SELECT DISTINCT c.node FROM unnest(chunk) c
                                          WHERE c.node NOT IN (path_start, path_goal)), {ARGUMENTS}) s
                    GROUP BY s.node
                )
                SELECT array_agg(a.half ORDER BY a.strength DESC, a.nodes) INTO best FROM (
                    SELECT x.half, x.strength, x.nodes FROM (
                        SELECT b AS half, b.strength::real AS strength, b.nodes FROM unnest(best) b
                        UNION ALL
                        SELECT ROW(c.node, c.nodes, c.relations, p.strength)::half_path, p.strength::real, c.nodes
                        FROM unnest(chunk) c LEFT JOIN degree d ON d.node = c.node
                        CROSS JOIN LATERAL (SELECT c.strength * coalesce(d.passing, 1) AS strength) p
                    ) x ORDER BY x.strength DESC, x.nodes LIMIT wanted
                ) a;
            END LOOP;
            found := found || best;
        END LOOP;
        SELECT array_agg(cardinality(f.relations) ORDER BY f.place), array_agg(f.strength::real ORDER BY f.place)
        INTO lengths, strengths
        FROM unnest(found) WITH ORDINALITY AS f (node, nodes, relations, strength, place);
        SELECT array_agg(n.id ORDER BY f.place, n.place) INTO nodes
        FROM unnest(found) WITH ORDINALITY AS f (node, nodes, relations, strength, place),
             unnest(f.nodes) WITH ORDINALITY AS n (id, place);
        SELECT array_agg(r.id ORDER BY f.place, r.place) INTO relations
        FROM unnest(found) WITH ORDINALITY AS f (node, nodes, relations, strength, place),
             unnest(f.relations) WITH ORDINALITY AS r (id, place);
        RETURN NEXT;
    END $$
"""
TYPE = """
    CREATE TYPE half_path AS (node uuid, nodes uuid[], relations uuid[], strength float8)
"""
PASSING = """
    CREATE FUNCTION path_passing(degree bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
    AS $$ SELECT 1 / (ln(greatest(degree, 2)) / ln(2)) $$
"""
FAN = f"""
    CREATE FUNCTION path_fan(halves half_path[], {SIGNATURE}) RETURNS float8 LANGUAGE sql STABLE
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET search_path FROM CURRENT
    AS $$
        SELECT cardinality(halves) * (1 + avg((SELECT count(*) FROM ({_fan("subject_id")}) a)
                                            + (SELECT count(*) FROM ({_fan("object_id")}) b)))
        FROM unnest(halves[1:20]) ends
    $$
"""


def upgrade() -> None:
    for statement in (TYPE, PASSING, STEPS, FAN, FIND):
        op.execute(statement)


def downgrade() -> None:
    for name in ("find_paths", "path_fan", "path_steps", "path_passing"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TYPE half_path")

"""What partners need to write files and lists of their own: what is taken, told without telling by whom, relations
that wait, and ends of what they stated."""

from alembic import op

from models.migrations.ddl import CURRENT_PARTNER, EDITOR, PARTNER, owned_by_editor, refresh_generated

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OWN = f"owner_id = {CURRENT_PARTNER}"
FUNCTIONS = (
    (
        "slugs_taken(text[])",
        # Those of the slugs that a record has, be it visible to the caller or not.
        """
        CREATE FUNCTION slugs_taken(wanted text[]) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
            SELECT slug FROM entity WHERE slug = ANY (wanted)
        $$
        """,
    ),
    (
        "identifiers_held(text[], text[], uuid[], uuid[])",
        # The places of those identifiers that a record carries, be it visible to the caller or not, other than the
        # one given beside each.
        """
        CREATE FUNCTION identifiers_held(schemes text[], held text[], partners uuid[], but uuid[])
        RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
            SELECT one.place
            FROM unnest(schemes, held, partners, but) WITH ORDINALITY AS one (scheme, value, partner, but, place)
            WHERE EXISTS (
                SELECT FROM identifier i
                WHERE i.scheme = one.scheme AND i.value = one.value AND i.partner_id IS NOT DISTINCT FROM one.partner
                  AND i.is_active AND i.entity_id <> one.but)
        $$
        """,
    ),
)


def upgrade() -> None:
    refresh_generated()
    for signature, body in FUNCTIONS:
        op.execute(body)
        owned_by_editor(signature)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {PARTNER}, {EDITOR}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON pending_relation TO {PARTNER}")
    op.execute(f"CREATE POLICY partner_reads ON pending_relation FOR SELECT TO {PARTNER} USING ({OWN})")
    # The inner select runs under the same role: a relation waits only for a record that its partner sees.
    seen = "EXISTS (SELECT 1 FROM entity WHERE entity.id = pending_relation.entity_id)"
    op.execute(
        f"CREATE POLICY partner_inserts ON pending_relation FOR INSERT TO {PARTNER} WITH CHECK ({OWN} AND {seen})"
    )
    op.execute(f"CREATE POLICY partner_deletes ON pending_relation FOR DELETE TO {PARTNER} USING ({OWN})")
    op.execute(f"GRANT DELETE ON zone_status TO {PARTNER}")
    op.execute(f"CREATE POLICY partner_deletes ON zone_status FOR DELETE TO {PARTNER} USING ({OWN})")


def downgrade() -> None:
    op.execute("DROP POLICY partner_deletes ON zone_status")
    op.execute(f"REVOKE DELETE ON zone_status FROM {PARTNER}")
    for policy in ("partner_reads", "partner_inserts", "partner_deletes"):
        op.execute(f"DROP POLICY {policy} ON pending_relation")
    op.execute(f"REVOKE ALL ON pending_relation FROM {PARTNER}")
    for signature, _ in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
    refresh_generated()

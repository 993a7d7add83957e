"""Who may call the functions that look behind row security: the three roles, and nobody else.

Called by a migration after it has made such functions. What they may tell whom is each one's own business;
tests/test_functions.py asks PostgreSQL for all of them.
"""

from alembic import op

from models.migrations.ddl import ROLES

_OPEN = """
    SELECT p.oid::regprocedure::text AS signature, p.prorettype = 'trigger'::regtype AS is_trigger
    FROM pg_proc p
    WHERE p.prosecdef AND p.pronamespace = current_schema()::regnamespace
      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
                  WHERE acl.grantee = 0)
    ORDER BY 1
"""


def close_functions() -> None:
    """Of each SECURITY DEFINER function that everybody may call: only the three roles may, a trigger's nobody.

    One that was closed by hand stays as it is.
    """
    for signature, is_trigger in op.get_bind().exec_driver_sql(_OPEN).all():
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        if not is_trigger:
            op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {', '.join(ROLES)}")

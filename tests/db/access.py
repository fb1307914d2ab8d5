"""Who may do what, read from a real database, as one text people can read and compare.

`python -m tests.db.access` writes it anew after a change that was meant.
"""

from pathlib import Path

import psycopg

from tests.databases import TEMPLATE, plain_cluster

SNAPSHOT = Path(__file__).with_name("access.txt")

TABLES = """
select c.relname,
       case when c.relrowsecurity and c.relforcerowsecurity then 'row-level security forced'
            else 'OPEN' end,
       coalesce(rights.list, 'nobody')
  from pg_class c
  left join lateral (
       select string_agg(who || ' ' || what, '; ' order by who) as list
         from (select a.grantee::regrole::text as who,
                      string_agg(lower(privilege_type), ', ' order by privilege_type) as what
                 from aclexplode(c.relacl) a where a.grantee <> c.relowner group by 1) grants
       ) rights on true
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
   and not c.relispartition
 order by 1
"""
COLUMNS = """
select c.relname, g.grantee::regrole::text, lower(g.privilege_type),
       string_agg(a.attname, ', ' order by a.attname)
  from pg_class c join pg_attribute a on a.attrelid = c.oid
 cross join lateral aclexplode(a.attacl) g
 where c.relnamespace = 'public'::regnamespace
 group by 1, 2, 3 order by 1, 2, 3
"""
POLICIES = """
select p.tablename, p.policyname, lower(p.permissive), lower(p.cmd),
       array_to_string(array(
           select case role when c.relowner::regrole::text then 'the owner' else role::text end
             from unnest(p.roles) role order by 1), ', '),
       p.qual, p.with_check
  from pg_policies p
  join pg_class c on c.relname = p.tablename and c.relnamespace = 'public'::regnamespace
 where p.schemaname = 'public'
 order by 1, 2
"""
FUNCTIONS = """
select p.oid::regprocedure::text,
       case when p.prosecdef then 'as the owner' else 'as the caller' end,
       coalesce(array_to_string(p.proconfig, ', '), 'inherits its search path'),
       coalesce(nullif(array_to_string(array(
           select case a.grantee when 0 then 'EVERYONE' else a.grantee::regrole::text end
             from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            where a.grantee <> p.proowner order by 1), ', '), ''), 'nobody')
  from pg_proc p join pg_language l on l.oid = p.prolang
 where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and l.lanname <> 'c'
 order by 1
"""


def read(url: str) -> str:
    with psycopg.connect(url) as connection:

        def rows(question: str) -> list[tuple[str, ...]]:
            return connection.execute(question.encode()).fetchall()

        lines = ["TABLES: rights on the whole table", ""]
        lines += [f"{table}: {state}; {rights}" for table, state, rights in rows(TABLES)]
        lines += ["", "COLUMNS: rights on single columns", ""]
        for table, who, what, columns in rows(COLUMNS):
            lines.append(f"{table}: {who} may {what} {columns}")
        lines += ["", "POLICIES", ""]
        for table, name, kind, command, roles, using, check in rows(POLICIES):
            lines.append(f"{table}: {name} ({kind}, {command}, to {roles})")
            lines += [f"    using {_flat(using)}"] if using else []
            lines += [f"    check {_flat(check)}"] if check else []
        lines += ["", "FUNCTIONS: how they run, and who may call them", ""]
        lines += [f"{name}: {how}; {path}; {who}" for name, how, path, who in rows(FUNCTIONS)]
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    with plain_cluster() as cluster:
        SNAPSHOT.write_text(read(cluster.url(TEMPLATE, cluster.owner)))

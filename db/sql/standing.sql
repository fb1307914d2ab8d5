-- Everything that decides who may do what, as one value: another value than yesterday's means that somebody changed it.
select md5(string_agg(fact, E'\n' order by fact))
  from (
    select format('table %s %s %s %s', c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relacl)
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'owner_keeps_house')
    union all
    select format('column %s.%s %s', a.attrelid::regclass, a.attname, a.attacl)
      from pg_attribute a
     where a.attacl is not null
       and exists (select from pg_policy p where p.polrelid = a.attrelid and p.polname = 'owner_keeps_house')
    union all
    select format('policy %s %s %s %s %s %s %s', tablename, policyname, permissive, roles, cmd, qual, with_check)
      from pg_policies where schemaname = 'public'
    union all
    select format('function %s %s %s', p.oid::regprocedure, p.proacl, md5(pg_get_functiondef(p.oid)))
      from pg_proc p
     where p.pronamespace = to_regnamespace('app')
        or p.pronamespace = 'public'::regnamespace and p.proname in ('increment_connector_stats', 'update_updated_at_column')
    union all
    select format('trigger %s %s %s', t.tgrelid::regclass, pg_get_triggerdef(t.oid), t.tgenabled)
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid
     where not t.tgisinternal and p.pronamespace in (to_regnamespace('app'), 'public'::regnamespace)
  ) facts (fact)

-- Who can act in the database. Supabase has made the first three; the others are the console's own.
--   authenticated    a person, or their API key: what they see is decided by membership
--   console_run      a run, inside the one workspace it was started in
--   console_engine   the queue, over all workspaces: ids only
--   console_signin   the door: a handful of functions, no table
-- console_web is the login that serves requests. It may become any of the four and is nothing by itself.

do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('anon', 'nologin'), ('authenticated', 'nologin'), ('service_role', 'nologin bypassrls'),
            ('console_run', 'nologin'), ('console_engine', 'nologin'), ('console_signin', 'nologin'),
            ('console_web', 'login')) as v (name, kind)
        where not exists (select from pg_roles where rolname = v.name)
    loop
        begin
            execute format('create role %I noinherit %s', wanted.name, wanted.kind);
        exception
            -- Only a superuser hands out bypassrls; the policies for service_role are enough without.
            when insufficient_privilege then
                if wanted.name <> 'service_role' then raise; end if;
                create role service_role nologin noinherit;
            -- Another database of this server is being set up in the same moment.
            when duplicate_object or unique_violation then null;
        end;
    end loop;

    for wanted in
        select * from unnest(array['anon', 'authenticated', 'console_run', 'console_engine', 'console_signin']) as name
        where not pg_has_role('console_web', name, 'member')
    loop
        execute format('grant %I to console_web', wanted.name);
    end loop;

    if exists (select from pg_roles where rolname = 'console_web' and rolconfig is null) then
        alter role console_web set statement_timeout = '60s';
        alter role console_web set idle_in_transaction_session_timeout = '60s';
    end if;
end $$;

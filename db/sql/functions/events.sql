-- The stream of events: in order, announced, a partition a day.

-- An id may be trusted: once it is seen, no smaller one appears. Without the lock two transactions could take
-- their ids in one order and commit in the other, and a reader who asks for "after 7" would never see 6.
create or replace function app.events_in_order() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform pg_advisory_xact_lock(hashtext('console_events'));
    perform pg_notify('console_events', '');
    return null;
end $$;
create or replace trigger events_in_order before insert on public.execution_events
    for each statement execute function app.events_in_order();

-- Rights of the parent do not guard a partition that is named directly: partitions get no grants at all.
create or replace function app.keep_partitions(days_ahead integer, keep_days integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    today date := (now() at time zone 'UTC')::date;
    made text;
    wanted date;
    past record;
begin
    perform pg_advisory_xact_lock(hashtext('console keep_partitions'));
    for wanted in select today + n from generate_series(-1, days_ahead) n loop
        made := 'execution_events_' || to_char(wanted, 'YYYYMMDD');
        continue when to_regclass('public.' || made) is not null;
        execute format('create table public.%I partition of public.execution_events for values from (%L) to (%L)',
                       made, wanted || ' 00:00+00', (wanted + 1) || ' 00:00+00');
        execute format('alter table public.%I enable row level security, force row level security', made);
        execute format('revoke all on public.%I from public, anon, authenticated, service_role', made);
    end loop;
    for past in
        select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'public.execution_events'::regclass
           and to_date(right(c.relname, 8), 'YYYYMMDD') < today - keep_days
    loop
        execute format('drop table public.%I', past.relname);
    end loop;
end $$;

revoke all on function app.events_in_order(), app.keep_partitions(integer, integer) from public;
grant execute on function app.keep_partitions(integer, integer) to console_engine, service_role;

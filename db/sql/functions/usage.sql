-- Usage of all workspaces, in numbers only: for those who run the service, and for counting a day once it is over.

create or replace function app.workspaces_to_count(p_day date) returns setof text
language sql stable security definer set search_path = '' as $$
    select w.id from public.workspaces w
     where not exists (select from public.usage_daily u where u.workspace_id = w.id and u.day = p_day)
       and exists (select from public.connector_executions e
                    where e.workspace_id = w.id and e.created_at >= p_day::timestamp at time zone 'UTC'
                      and e.created_at < (p_day + 1)::timestamp at time zone 'UTC')
$$;

create or replace function app.usage_of_workspaces(p_first date, p_last date)
returns table (workspace_id text, name text, members bigint, runs bigint, failed bigint, calls bigint, cached bigint,
               cost numeric, last_day date)
language sql stable security definer set search_path = '' as $$
    select w.id, w.name, (select count(*) from public.workspace_members m where m.workspace_id = w.id),
           coalesce(sum(u.runs), 0), coalesce(sum((u.outcomes ->> 'failed')::bigint), 0), coalesce(sum(u.calls), 0)::bigint,
           coalesce(sum(u.cached), 0)::bigint, coalesce(sum(u.cost), 0), max(u.day) filter (where u.runs > 0)
      from public.workspaces w
      left join public.usage_daily u on u.workspace_id = w.id and u.day between p_first and p_last
     where app.saas_role() in ('admin', 'owner')
     group by w.id, w.name
     order by 4 desc, w.name, w.id
     limit 1000
$$;

revoke all on function app.workspaces_to_count(date), app.usage_of_workspaces(date, date) from public;
grant execute on function app.workspaces_to_count(date) to console_engine;
grant execute on function app.usage_of_workspaces(date, date) to authenticated;

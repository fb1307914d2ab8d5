-- How well templates do in practice, told only where at least five workspaces contribute. No workspace weighs more
-- than a hundred runs, and rates are rounded: one of them cannot be read out of the mean.

create or replace function app.measure_templates() returns void
language sql volatile security definer set search_path = '' as $$
    with recent as (
        select c.created_from_template as template_id, c.workspace_id, e.status, e.outcome,
               case when t.has_prices then e.cost else 0 end as cost
          from (select id, jsonb_path_exists(config, '$.**.attempts.**.cost') as has_prices
                  from public.connector_templates where install_count >= 5) t
          join public.connectors c on c.created_from_template = t.id
         cross join lateral (
               select x.status, x.outcome,
                      case when t.has_prices then (
                          select coalesce(sum((s.entry -> 'extracted' ->> 'cost')::numeric), 0)
                            from jsonb_array_elements(x.steps_executed) s (entry)
                           where s.entry ->> 'kind' = 'waterfall'
                             and jsonb_typeof(s.entry -> 'extracted' -> 'cost') = 'number') end as cost
                 from public.connector_executions x
                where x.workspace_id = c.workspace_id and x.connector_id = c.id
                  and x.finished_at is not null and x.status <> 'cancelled'
                  and x.created_at > now() - interval '90 days'
                order by x.created_at desc limit 500) e),
    of_workspace as (
        select template_id, least(1, 100.0 / count(*)) as weight, count(*) as runs,
               count(*) filter (where status = 'success') as good,
               count(*) filter (where outcome = 'found') as found,
               count(*) filter (where outcome in ('found', 'not_found')) as looked,
               sum(cost) as cost
          from recent group by template_id, workspace_id),
    measured as (
        select template_id,
               round(sum(good * weight) / sum(runs * weight), 2) as success_rate,
               case when count(*) filter (where looked > 0) >= 5
                    then round(sum(found * weight) / nullif(sum(looked * weight), 0), 2) end as hit_rate,
               case when count(*) filter (where cost > 0 and found > 0) >= 5
                    then round(sum(cost * weight) / nullif(sum(found * weight), 0), 4) end as price_per_found
          from of_workspace group by template_id having count(*) >= 5)
    update public.connector_templates t
       set success_rate = m.success_rate, hit_rate = m.hit_rate, price_per_found = m.price_per_found, measured_at = now()
      from public.connector_templates old
      left join measured m on m.template_id = old.id
     where old.id = t.id
       and (t.success_rate, t.hit_rate, t.price_per_found)
           is distinct from (m.success_rate, m.hit_rate, m.price_per_found)
$$;

revoke all on function app.measure_templates() from public;
grant execute on function app.measure_templates() to console_engine;

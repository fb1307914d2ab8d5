-- What people write about templates: read by all who see the template, without a word about who wrote it.

create or replace function app.sees_template(p_template uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select from public.connector_templates t
                    where t.id = p_template
                      and case when t.workspace_id is null
                               then t.is_public or t.published_by = auth.uid() or app.saas_role() is not null
                               else t.workspace_id = any (app.workspaces('viewer')) end)
$$;

-- Whoever installed it once knows what to write, also after the connector is gone.
create or replace function app.has_installed(p_template uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select from public.connectors c
                    where c.created_from_template = p_template and c.workspace_id = any (app.workspaces('viewer')))
        or exists (select from public.template_ratings r
                    where r.template_id = p_template and r.user_id = auth.uid() and r.said is not null)
$$;

create or replace function app.template_reviews(p_template uuid, p_limit integer, p_before timestamptz, p_id uuid)
returns table (review_id uuid, stars integer, said text, said_at timestamptz, yours boolean)
language sql stable security definer set search_path = '' as $$
    select r.review_id, r.stars::integer, r.said, r.said_at, r.user_id = auth.uid()
      from public.template_ratings r
     where r.template_id = p_template and r.said is not null and not r.hidden
       and (p_before is null or (r.said_at, r.review_id) < (p_before, p_id)) and app.sees_template(p_template)
     order by r.said_at desc, r.review_id desc limit least(p_limit, 200)
$$;

-- True where there is such a review, whether it was reported before or not.
create or replace function app.report_review(p_template uuid, p_review uuid, p_reason text) returns boolean
language sql volatile security definer set search_path = '' as $$
    with found as (
        select r.review_id from public.template_ratings r
         where r.review_id = p_review and r.template_id = p_template and r.said is not null and not r.hidden
           and auth.uid() is not null and app.sees_template(p_template)),
    kept as (
        insert into public.review_reports (review_id, reported_by, reason)
        select review_id, auth.uid(), p_reason from found
        on conflict (review_id, reported_by) do update set reason = excluded.reason)
    select exists (select from found)
$$;

-- For the admins who review: what was reported and not decided, the most often reported first.
create or replace function app.reported_reviews()
returns table (review_id uuid, template_id uuid, template_name text, stars integer, said text, said_at timestamptz,
               reports integer, reasons text[], reported_at timestamptz)
language sql stable security definer set search_path = '' as $$
    select r.review_id, t.id, t.name::text, r.stars::integer, r.said, r.said_at, count(*)::integer,
           coalesce(array_agg(p.reason order by p.created_at) filter (where p.reason <> ''), '{}'), min(p.created_at)
      from public.review_reports p
      join public.template_ratings r on r.review_id = p.review_id
      join public.connector_templates t on t.id = r.template_id
     where p.settled_at is null and r.said is not null and t.workspace_id is null
       and app.saas_role() is not null and app.saas_may('review')
     group by r.review_id, r.template_id, r.user_id, t.id
     order by count(*) desc, min(p.created_at) limit 200
$$;

-- The template it is about; null where it is not the caller's to decide, or gone.
create or replace function app.settle_review(p_review uuid, p_hide boolean) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
    about uuid;
begin
    if app.saas_role() is null or not app.saas_may('review') then
        return null;
    end if;
    update public.template_ratings r set hidden = p_hide
      from public.connector_templates t
     where r.review_id = p_review and t.id = r.template_id and t.workspace_id is null
    returning r.template_id into about;
    update public.review_reports set settled_at = now() where review_id = p_review and settled_at is null and about is not null;
    return about;
end $$;

revoke all on function app.sees_template(uuid), app.has_installed(uuid), app.template_reviews(uuid, integer, timestamptz, uuid),
    app.report_review(uuid, uuid, text), app.reported_reviews(), app.settle_review(uuid, boolean) from public;
grant execute on function app.sees_template(uuid), app.has_installed(uuid),
    app.template_reviews(uuid, integer, timestamptz, uuid), app.report_review(uuid, uuid, text), app.reported_reviews(),
    app.settle_review(uuid, boolean) to authenticated;

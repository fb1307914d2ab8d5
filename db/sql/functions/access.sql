-- Who is asking, and what they may. Membership is looked up; a claim can only narrow it.

-- The workspaces in which the caller has at least this role: the claimed one, or without a claim all of them.
create or replace function app.workspaces(min_role text) returns text[]
language sql stable security definer set search_path = '' as $$
    select coalesce(array_agg(m.workspace_id), '{}')
      from public.workspace_members m,
           (select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'workspace_id', '') as id) claimed
     where m.user_id = auth.uid()
       and (claimed.id is null or m.workspace_id = claimed.id)
       and array_position(array['viewer', 'editor', 'admin', 'owner'], m.role)
        >= coalesce(array_position(array['viewer', 'editor', 'admin', 'owner'], min_role), 99)
$$;

-- The one workspace a run works in.
create or replace function app.job_workspace() returns text
language sql stable parallel safe as $$
    select nullif(current_setting('app.workspace_id', true), '')
$$;

-- Whether the caller runs the service, and as what: developer, admin, owner or null.
create or replace function app.saas_role() returns text
language sql stable security definer set search_path = '' as $$
    select a.role from public.saas_admin_users a where a.user_id = auth.uid()
$$;

revoke all on function app.workspaces(text), app.job_workspace(), app.saas_role() from public;
grant execute on function app.workspaces(text), app.saas_role() to anon, authenticated, service_role;
grant execute on function app.job_workspace() to console_run, service_role;

-- Append-only: who acts writes what they did, in their own name; a workspace's admins read it. Entries without a
-- workspace are about the service itself, for those who run it.

grant select, insert (workspace_id, actor_id, action, object_type, object_id, before, after)
   on audit_log to authenticated, console_run;

create policy workspace_isolation_select on audit_log for select to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy writers_see_their_own on audit_log for select to authenticated
    using (actor_id = (select auth.uid()) and workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on audit_log for insert to authenticated
    with check (actor_id = (select auth.uid())
                and (workspace_id = any ((select app.workspaces('viewer'))::text[])
                     or (workspace_id is null and (select app.saas_role()) is not null)));
create policy admins_view_service_entries on audit_log for select to authenticated
    using (workspace_id is null and (select app.saas_role()) is not null);

create policy runs_keep_to_their_workspace on audit_log to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

-- Whoever may write anything here at all may only add: also the project's own service, and the owner by mistake.
revoke update, delete on audit_log from service_role;
create or replace function app.keep_the_log() returns trigger
language plpgsql set search_path = '' as $$
begin
    raise exception 'entries of the audit log stay as they were written' using errcode = '42501';
end $$;
revoke all on function app.keep_the_log() from public;
create or replace trigger keep_the_log before update or delete or truncate on public.audit_log
    for each statement execute function app.keep_the_log();

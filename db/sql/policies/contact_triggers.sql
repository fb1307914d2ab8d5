-- Members look on, editors say what starts by itself, in their own name; a run only switches off what can go on no
-- longer.

grant select, delete,
      insert (id, workspace_id, connector_id, on_created, on_updated, fields, input, enabled, acts_as, created_by),
      update (connector_id, on_created, on_updated, fields, input, enabled, reason, acts_as, updated_at)
   on contact_triggers to authenticated;
grant select, update (enabled, reason) on contact_triggers to console_run;
grant select (id, workspace_id, acts_as) on contact_triggers to console_engine;

create policy workspace_isolation_select on contact_triggers for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on contact_triggers for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[])
                and acts_as = (select auth.uid()) and created_by = (select auth.uid()));
create policy workspace_isolation_update on contact_triggers for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and acts_as = (select auth.uid()));
create policy workspace_isolation_delete on contact_triggers for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

create policy runs_keep_to_their_workspace on contact_triggers to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));
create policy queue_finds_them on contact_triggers for select to console_engine using (true);

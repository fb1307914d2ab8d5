-- Where a contact's values came from: added to by editors (as themselves) and runs, altered by nobody.

grant select, insert (workspace_id, contact_id, execution_id, connector_id, step_id, field, action, before, after, written_by)
   on contact_field_writes to authenticated, console_run;

create policy workspace_isolation_select on contact_field_writes for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on contact_field_writes for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and written_by = (select auth.uid()));

create policy runs_keep_to_their_workspace on contact_field_writes to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

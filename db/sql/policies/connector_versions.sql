-- What was published stays as it was.

grant select, insert (connector_id, workspace_id, version, definition, created_by) on connector_versions to authenticated;
grant select on connector_versions to console_run;

create policy workspace_isolation_select on connector_versions for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on connector_versions for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

create policy runs_keep_to_their_workspace on connector_versions for select to console_run
    using (workspace_id = (select app.job_workspace()));

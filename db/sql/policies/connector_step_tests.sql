-- Test answers hold contact data, so viewers see them and editors make them.

grant select, delete, insert (connector_id, workspace_id, step_id, good, fingerprint, entry, tested_at),
      update (fingerprint, entry, tested_at) on connector_step_tests to authenticated;

create policy workspace_isolation_select on connector_step_tests for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on connector_step_tests for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on connector_step_tests for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on connector_step_tests for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

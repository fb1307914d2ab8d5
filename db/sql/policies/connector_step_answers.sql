-- As the tests they belong to: viewers see them, editors make them.

grant select, delete, insert (connector_id, workspace_id, step_id, good, media_type, body),
      update (media_type, body) on connector_step_answers to authenticated;

create policy workspace_isolation_select on connector_step_answers for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on connector_step_answers for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on connector_step_answers for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on connector_step_answers for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

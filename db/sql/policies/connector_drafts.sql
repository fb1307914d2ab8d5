-- Viewers may look over an editor's shoulder.

grant select, delete, insert (connector_id, workspace_id, draft, base_version, revision, updated_by, updated_at),
      update (draft, base_version, revision, updated_by, updated_at) on connector_drafts to authenticated;

create policy workspace_isolation_select on connector_drafts for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on connector_drafts for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on connector_drafts for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on connector_drafts for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

-- Editors open addresses in their own name; nobody reads a token or a secret back.

grant select (id, workspace_id, connector_id, name, calls, last_called_at, created_by, created_at), delete,
      insert (id, workspace_id, connector_id, name, token_hash, secret, created_by),
      update (calls, last_called_at)
   on webhooks to authenticated;

create policy workspace_isolation_select on webhooks for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on webhooks for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and created_by = (select auth.uid()));
create policy workspace_isolation_update on webhooks for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on webhooks for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

-- Answers already given in a workspace: for its members' requests only.

grant select, delete, insert (workspace_id, route, key, body_hash, status, answer), update (status, answer)
   on idempotency_keys to authenticated;

create policy workspace_isolation_select on idempotency_keys for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on idempotency_keys for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_update on idempotency_keys for update to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]))
    with check (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_delete on idempotency_keys for delete to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));

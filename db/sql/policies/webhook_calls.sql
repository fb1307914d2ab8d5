-- Written by whoever the webhook acts as, forgotten after an hour.

grant select, insert (webhook_id, workspace_id, signature), delete on webhook_calls to authenticated;

create policy workspace_isolation_select on webhook_calls for select to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_insert on webhook_calls for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on webhook_calls for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

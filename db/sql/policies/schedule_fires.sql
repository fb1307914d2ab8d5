-- What fired when: said once, in the name of whom the schedule acts as.

grant select, insert (schedule_id, workspace_id, fire_at), update (execution_id, bulk_id) on schedule_fires to authenticated;

create policy workspace_isolation_select on schedule_fires for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on schedule_fires for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on schedule_fires for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

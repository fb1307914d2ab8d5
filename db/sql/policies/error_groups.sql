-- Members see what was decided about failures; editors decide, in their own name.

grant select, delete, insert (workspace_id, connector_id, step_id, error_code, state, until, set_at, set_by),
      update (state, until, set_at, set_by) on error_groups to authenticated;

create policy workspace_isolation_select on error_groups for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on error_groups for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and set_by = (select auth.uid()));
create policy workspace_isolation_update on error_groups for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and set_by = (select auth.uid()));
create policy workspace_isolation_delete on error_groups for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

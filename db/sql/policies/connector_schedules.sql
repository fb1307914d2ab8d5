-- Members look on, editors plan in their own name; a run only switches off what can go on no longer.

grant select, delete,
      insert (id, workspace_id, connector_id, cron, time_zone, contact_ids, filter, input, enabled, next_fire_at,
              acts_as, created_by),
      update (connector_id, cron, time_zone, contact_ids, filter, input, enabled, reason, next_fire_at, last_fire_at,
              acts_as, updated_at)
   on connector_schedules to authenticated;
grant select, update (enabled, reason, next_fire_at) on connector_schedules to console_run;
grant select (id, workspace_id, acts_as, enabled, next_fire_at) on connector_schedules to console_engine;

create policy workspace_isolation_select on connector_schedules for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on connector_schedules for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[])
                and acts_as = (select auth.uid()) and created_by = (select auth.uid()));
create policy workspace_isolation_update on connector_schedules for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and acts_as = (select auth.uid()));
create policy workspace_isolation_delete on connector_schedules for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

create policy runs_keep_to_their_workspace on connector_schedules to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));
create policy queue_finds_them on connector_schedules for select to console_engine using (true);

-- The ring the queue walks. Whoever puts a job in says so at its workspace's place.

grant select, insert, update (cap, next_at, served_at), delete on engine_lanes to console_engine;
grant select, insert (workspace_id, next_at), update (next_at) on engine_lanes to console_run, authenticated;

create policy queue_sees_all on engine_lanes to console_engine using (true) with check (true);

create policy runs_keep_to_their_workspace on engine_lanes to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

create policy workspace_isolation_select on engine_lanes for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on engine_lanes for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on engine_lanes for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

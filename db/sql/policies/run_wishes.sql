-- Members look on, editors wish in their own name and stop it; how far it has come is the worker's to write.

grant select, insert (workspace_id, wish, from_step, version, run_ids, total, acts_as), update (stopped)
   on run_wishes to authenticated;
grant select, update (behind, done, refused, finished_at) on run_wishes to console_run;
grant select (id, workspace_id, created_at, finished_at) on run_wishes to console_engine;

create policy workspace_isolation_select on run_wishes for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on run_wishes for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and acts_as = (select auth.uid()));
create policy workspace_isolation_update on run_wishes for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

create policy runs_keep_to_their_workspace on run_wishes to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));
create policy queue_finds_them on run_wishes for select to console_engine using (true);

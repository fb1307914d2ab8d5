-- Members look on, editors start and stop in their own name; how far it has come is the run's to write.

grant select,
      insert (id, workspace_id, connector_id, connector_version, trigger, input, state, total, try_first, max_cost,
              cost_each, acts_as, created_by, finished_at),
      update (state, reason, max_cost, try_first, acts_as, finished_at)
   on bulk_executions to authenticated;
grant select, update (state, reason, fed, try_first, cost, settled, settled_until, finished_at) on bulk_executions to console_run;
grant select (id, workspace_id, state, fed, total, created_at, finished_at) on bulk_executions to console_engine;

create policy workspace_isolation_select on bulk_executions for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on bulk_executions for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[])
                and acts_as = (select auth.uid()) and created_by = (select auth.uid()));
create policy workspace_isolation_update on bulk_executions for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]) and acts_as = (select auth.uid()));

create policy runs_keep_to_their_workspace on bulk_executions to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));
create policy queue_finds_them on bulk_executions for select to console_engine using (true);

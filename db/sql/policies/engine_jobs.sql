-- The queue sees every job and nothing else. Editors put jobs in (in the transaction that writes the execution) and
-- ask for their end; the run that finishes takes its job out.

grant select, update (priority, visible_at, owner, fence, takeovers, state, cancelled, held_for, held_by), delete on engine_jobs to console_engine;
grant select, insert, update (priority, visible_at, owner, fence, takeovers, state, cancelled, held_for, held_by), delete on engine_jobs to console_run;
grant select, insert (execution_id, workspace_id, priority, visible_at), update (visible_at, cancelled) on engine_jobs to authenticated;

create policy queue_sees_all on engine_jobs to console_engine using (true) with check (true);

-- Not an equals sign, which would let an index on the workspace compete: a run finds rows by their keys, and before
-- the first statistics the planner takes a workspace for one row.
create policy runs_keep_to_their_workspace on engine_jobs to console_run
    using (workspace_id is not distinct from (select app.job_workspace()))
    with check (workspace_id is not distinct from (select app.job_workspace()));

create policy workspace_isolation_select on engine_jobs for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on engine_jobs for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on engine_jobs for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

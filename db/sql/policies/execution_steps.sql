-- The checkpoint: written once by the run, read by members while it is under way.

grant select on execution_steps to authenticated;
grant select, insert, delete on execution_steps to console_run;

create policy workspace_isolation_select on execution_steps for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));

-- Only of a run that is not over: its job is in the same workspace, since that has a foreign key and this table has none.
create policy runs_keep_to_their_workspace on execution_steps to console_run
    using (workspace_id = (select app.job_workspace()))
    with check (workspace_id = (select app.job_workspace())
                and exists (select from engine_jobs j
                             where j.execution_id = execution_steps.execution_id
                               and j.workspace_id is not distinct from execution_steps.workspace_id));

-- The checkpoint: written once by the run, read by members while it is under way.

grant select on execution_steps to authenticated;
grant select, insert, delete on execution_steps to console_run;

create policy workspace_isolation_select on execution_steps for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));

create policy runs_keep_to_their_workspace on execution_steps to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

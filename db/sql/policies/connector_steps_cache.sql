-- Answers kept by runs, for runs of the same workspace.

grant select, insert (workspace_id, key, answer, expires_at), update (answer, expires_at, created_at)
   on connector_steps_cache to console_run;

create policy runs_keep_to_their_workspace on connector_steps_cache to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

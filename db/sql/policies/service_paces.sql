-- Runs take turns.

grant select, insert, update (next_at) on service_paces to console_run;

create policy runs_keep_to_their_workspace on service_paces to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

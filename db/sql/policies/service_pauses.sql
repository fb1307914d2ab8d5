-- A run says that its service asked for a pause; every worker looks which pauses there are.

grant select, insert, update (until, why, times, trial_until), delete on service_pauses to console_run;
grant select on service_pauses to console_engine;

create policy workers_see_all on service_pauses for select to console_engine using (true);
create policy runs_keep_to_their_workspace on service_pauses to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

-- Members read what was counted; counting is nobody's wish, so it is done as a run.

grant select on usage_daily to authenticated;
grant select, insert on usage_daily to console_run;

create policy workspace_isolation_select on usage_daily for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));

create policy runs_keep_to_their_workspace on usage_daily to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

-- A checkpoint of runs; people see the list once its step has finished.

grant select, insert on execution_pages to console_run;

create policy runs_keep_to_their_workspace on execution_pages to console_run
    using (workspace_id is not distinct from (select app.job_workspace()))
    with check (workspace_id is not distinct from (select app.job_workspace()));

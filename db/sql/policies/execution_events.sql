-- Append-only. An editor's click is the first event of a run.

grant select, insert (workspace_id, execution_id, connector_id, type, at, step_id, status, outcome, sentence)
   on execution_events to authenticated, console_run;

create policy workspace_isolation_select on execution_events for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on execution_events for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

create policy runs_keep_to_their_workspace on execution_events to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

-- Members see their own workspace's runs; editors start them and ask for their end; the rest is the run's.

grant select,
      insert (connector_id, workspace_id, contact_id, flow_run_id, bulk_id, retry_of, input_data, trigger, attempt,
              connector_version, created_by, run_at),
      update (cancel_requested)
   on connector_executions to authenticated;
grant select,
      insert (connector_id, workspace_id, contact_id, flow_run_id, bulk_id, retry_of, input_data, trigger, attempt,
              connector_version, created_by, run_at),
      update (status, outcome, steps_executed, current_step, output_data, error_message, error_code, error_hint,
              execution_time_ms, trigger_run_id, cancel_requested, started_at, finished_at, run_at)
   on connector_executions to console_run;

create policy executions_workspace_isolation on connector_executions for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy executions_workspace_insert on connector_executions for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy executions_workspace_update on connector_executions for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

-- Not an equals sign, which would let an index on the workspace compete: a run finds rows by their keys, and before
-- the first statistics the planner takes a workspace for one row.
create policy runs_keep_to_their_workspace on connector_executions to console_run
    using (workspace_id is not distinct from (select app.job_workspace()))
    with check (workspace_id is not distinct from (select app.job_workspace()));

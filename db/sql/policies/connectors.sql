-- Viewers read, editors change; the counters belong to the runs.

grant select, delete,
      insert (workspace_id, name, description, icon, category, type, config, input_schema, field_mappings, enabled,
              timeout_ms, max_retries, continue_on_error, created_from_template, version),
      update (name, description, icon, category, type, config, input_schema, field_mappings, enabled,
              timeout_ms, max_retries, continue_on_error, version, updated_at)
   on connectors to authenticated;
grant select, update (total_executions, successful_executions, failed_executions, last_executed_at, updated_at)
   on connectors to console_run;

create policy workspace_isolation_select on connectors for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on connectors for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on connectors for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on connectors for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

-- Foreign keys look past row-level security: a connector may only name a template its author can see. It is named
-- once, at install, so that a template withdrawn later is no reason to refuse another change.
create policy template_is_visible on connectors as restrictive for insert to authenticated
    with check (created_from_template is null
                or exists (select from connector_templates t where t.id = created_from_template));

-- Not an equals sign, which would let an index on the workspace compete: a run finds rows by their keys, and before
-- the first statistics the planner takes a workspace for one row.
create policy runs_keep_to_their_workspace on connectors to console_run
    using (workspace_id is not distinct from (select app.job_workspace()))
    with check (workspace_id is not distinct from (select app.job_workspace()));

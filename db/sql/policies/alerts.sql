-- Admins say who is told; everybody here may see what happened. What is sealed goes out to the worker only.

grant select (id, workspace_id, kind, name, settings, events, enabled, last_sent_at, failing_since, last_error,
              created_by, created_at),
      insert (id, workspace_id, kind, name, settings, secrets, events, created_by),
      update (name, settings, secrets, events, enabled), delete on alert_channels to authenticated;
create policy workspace_isolation_select on alert_channels for select to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_insert on alert_channels for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_update on alert_channels for update to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]))
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_delete on alert_channels for delete to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));

grant select on alerts to authenticated;
create policy workspace_isolation_select on alerts for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));

-- A person makes a delivery only to try a channel.
grant select, insert (id, workspace_id, channel_id, kind, sentence, link) on alert_deliveries to authenticated;
create policy workspace_isolation_select on alert_deliveries for select to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_insert on alert_deliveries for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]));

-- From when on they are told; how far the looking has come is the worker's.
grant select (workspace_id, failing_share, fewest_runs, expires_days),
      insert (workspace_id, failing_share, fewest_runs, expires_days),
      update (failing_share, fewest_runs, expires_days) on alert_watches to authenticated;
create policy workspace_isolation_select on alert_watches for select to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_insert on alert_watches for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_update on alert_watches for update to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]))
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]));

grant select, update (secrets, last_sent_at, failing_since, last_error) on alert_channels to console_run;
grant select, insert, update on alerts, alert_deliveries, alert_watches to console_run;
create policy runs_keep_to_their_workspace on alert_channels to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));
create policy runs_keep_to_their_workspace on alerts to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));
create policy runs_keep_to_their_workspace on alert_deliveries to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));
create policy runs_keep_to_their_workspace on alert_watches to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

-- What failed by the clock is looked for here.
grant select (workspace_id, execution_id, fired_at) on schedule_fires to console_run;
create policy runs_look_for_failures on schedule_fires for select to console_run
    using (workspace_id = (select app.job_workspace()));

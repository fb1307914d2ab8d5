-- Members see which services are connected, admins connect them. The sealed texts go in and come out to runs only.

grant select (id, workspace_id, service_name, label, auth, fields, settings, settings_from, allowed_hosts, test, state,
              state_since, state_message, created_by, last_used_at, expires_at, created_at, updated_at),
      delete,
      insert (id, workspace_id, service_name, label, auth, credentials, fields, settings, settings_from, allowed_hosts,
              test, state, state_since, state_message, expires_at, created_by),
      update (service_name, label, auth, credentials, fields, settings, settings_from, allowed_hosts, test,
              state, state_since, state_message, expires_at, updated_at)
   on workspace_api_credentials to authenticated;
grant select, update (credentials, fields, state, state_since, state_message, last_used_at, updated_at)
   on workspace_api_credentials to console_run;

create policy credentials_workspace_isolation on workspace_api_credentials for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy credentials_admins_insert on workspace_api_credentials for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy credentials_admins_update on workspace_api_credentials for update to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]))
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy credentials_admins_delete on workspace_api_credentials for delete to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));

create policy runs_keep_to_their_workspace on workspace_api_credentials to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

-- Members see their workspaces; admins rename them; owners close them. They are made by app.create_workspace.

grant select, delete, update (name) on workspaces to authenticated;
grant select on workspaces to console_run;

create policy workspace_isolation_select on workspaces for select to authenticated
    using (id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_update on workspaces for update to authenticated
    using (id = any ((select app.workspaces('admin'))::text[]))
    with check (id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_delete on workspaces for delete to authenticated
    using (id = any ((select app.workspaces('owner'))::text[]));

create policy runs_keep_to_their_workspace on workspaces for select to console_run
    using (id = (select app.job_workspace()));

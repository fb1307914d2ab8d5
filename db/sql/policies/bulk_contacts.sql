-- Whom a batch is about: said once, when it starts.

grant select, insert on bulk_contacts to authenticated;
grant select on bulk_contacts to console_run;

create policy workspace_isolation_select on bulk_contacts for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on bulk_contacts for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

create policy runs_keep_to_their_workspace on bulk_contacts for select to console_run
    using (workspace_id = (select app.job_workspace()));

-- Written by the database when a contact changes; taken by whoever the trigger acts as.

grant select, delete on contact_trigger_queue to authenticated;
grant delete, select on contact_trigger_queue to console_run;
grant select (trigger_id) on contact_trigger_queue to console_engine;

create policy workspace_isolation_select on contact_trigger_queue for select to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on contact_trigger_queue for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy runs_keep_to_their_workspace on contact_trigger_queue to console_run
    using (workspace_id = (select app.job_workspace()));
create policy queue_finds_them on contact_trigger_queue for select to console_engine using (true);

-- Sealed keys that seal a workspace's secrets: for runs and for sealing only, never for people.

grant select, insert (workspace_id, kek_id, wrapped), update (kek_id, wrapped, retired_at) on data_keys to console_run;

create policy runs_keep_to_their_workspace on data_keys to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

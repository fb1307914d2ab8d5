-- Tokens are for runs only: people neither read nor write them, sealed as they are.

grant select, insert (workspace_id, credential_id, sealed, serial, renewing_by, renewing_until),
      update (sealed, serial, renewing_by, renewing_until, updated_at)
   on credential_tokens to console_run;

create policy runs_keep_to_their_workspace on credential_tokens to console_run
    using (workspace_id = (select app.job_workspace())) with check (workspace_id = (select app.job_workspace()));

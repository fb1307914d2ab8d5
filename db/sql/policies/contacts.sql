-- Viewers read, editors change. A run reads the contact it works on and writes what it found.

grant select, delete,
      insert (workspace_id, email, phone, first_name, last_name, company, job_title, website, linkedin_url,
              street, city, state, postal_code, country, data),
      update (email, phone, first_name, last_name, company, job_title, website, linkedin_url,
              street, city, state, postal_code, country, data)
   on contacts to authenticated;
grant select,
      update (email, phone, first_name, last_name, company, job_title, website, linkedin_url,
              street, city, state, postal_code, country, data, updated_at)
   on contacts to console_run;

create policy workspace_isolation_select on contacts for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on contacts for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_update on contacts for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));
create policy workspace_isolation_delete on contacts for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

-- Not an equals sign, which would let an index on the workspace compete: a run finds rows by their keys, and before
-- the first statistics the planner takes a workspace for one row.
create policy runs_keep_to_their_workspace on contacts to console_run
    using (workspace_id is not distinct from (select app.job_workspace()))
    with check (workspace_id is not distinct from (select app.job_workspace()));

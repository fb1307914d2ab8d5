-- Beside a connector: which template it was made from, and what its people agreed to.

grant select, insert (connector_id, workspace_id, template_id, version, base, consent, agreed_by),
      update (version, base, consent, agreed_by, agreed_at)
   on template_installs to authenticated;

create policy workspace_isolation_select on template_installs for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
-- Foreign keys look past row-level security: a hidden template must not be told apart from none.
create policy workspace_isolation_insert on template_installs for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[])
                and exists (select from connector_templates t where t.id = template_id));
create policy workspace_isolation_update on template_installs for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[]));

-- Beside a connector, for those who may see or change it.

grant select, delete, insert (connector_id, workspace_id, template_id, made_by),
      update (template_id, made_by, created_at)
   on template_sources to authenticated;

create policy workspace_isolation_select on template_sources for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
-- Foreign keys look past row-level security: a hidden template must not be told apart from none.
create policy workspace_isolation_insert on template_sources for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('editor'))::text[])
                and exists (select from connector_templates t where t.id = template_id));
create policy workspace_isolation_update on template_sources for update to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]))
    with check (workspace_id = any ((select app.workspaces('editor'))::text[])
                and exists (select from connector_templates t where t.id = template_id));
create policy workspace_isolation_delete on template_sources for delete to authenticated
    using (workspace_id = any ((select app.workspaces('editor'))::text[]));

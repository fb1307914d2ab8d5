-- The marketplace. Public templates are everyone's to see; private ones belong to a workspace; rank is given by
-- admins only (app.guard_template_rank keeps it from an author who edits).

grant select on connector_templates to anon, authenticated;
grant delete,
      insert (workspace_id, name, description, icon, category, config, input_schema, field_mappings, slots,
              example_contact, example_responses, is_official, is_featured, is_public, tags, published_by,
              review_state, warnings),
      update (name, description, icon, category, config, input_schema, field_mappings, slots,
              example_contact, example_responses, is_official, is_featured, is_public, tags, updated_at,
              review_state, review_note, warnings, featured_place)
   on connector_templates to authenticated;

create policy public_templates_viewable on connector_templates for select to anon, authenticated
    using (is_public and workspace_id is null);
create policy own_templates_viewable on connector_templates for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[])
           or (workspace_id is null and published_by = (select auth.uid())));
create policy admins_view_all_but_private on connector_templates for select to authenticated
    using (workspace_id is null and (select app.saas_role()) is not null);

create policy admins_create_official on connector_templates for insert to authenticated
    with check (workspace_id is null and (select app.saas_may('templates'))
                and (not is_featured or (select app.saas_may('feature'))));
-- Editors publish inside their workspace, its admins to the community; both in their own name.
create policy members_publish on connector_templates for insert to authenticated
    with check (not is_official and not is_featured and published_by = (select auth.uid())
                and case when workspace_id is null then (select app.workspaces('admin')) <> '{}'
                         else not is_public and workspace_id = any ((select app.workspaces('editor'))::text[]) end);

create policy users_update_own_templates on connector_templates for update to authenticated
    using (published_by = (select auth.uid()) and not is_official
           and (workspace_id is null or workspace_id = any ((select app.workspaces('editor'))::text[])))
    with check (not is_official and (workspace_id is null or not is_public));
create policy users_delete_own_templates on connector_templates for delete to authenticated
    using (not is_official
           and ((workspace_id is null and published_by = (select auth.uid()))
                or (workspace_id = any ((select app.workspaces('editor'))::text[]) and published_by = (select auth.uid()))
                or workspace_id = any ((select app.workspaces('admin'))::text[])));

create policy admins_update_official on connector_templates for update to authenticated
    using (workspace_id is null and (select app.saas_role()) is not null)
    with check (workspace_id is null and (select app.saas_role()) is not null);
create policy admins_delete_official on connector_templates for delete to authenticated
    using (workspace_id is null
           and case when is_official then (select app.saas_may('templates')) else (select app.saas_may('review')) end);

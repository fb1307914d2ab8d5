-- Everybody keeps their own views of the workspaces they are in; a link shows one to somebody else.

grant select, delete, insert (workspace_id, user_id, place, name, asked), update (name, asked) on saved_views to authenticated;

create policy own_views_select on saved_views for select to authenticated
    using (user_id = (select auth.uid()) and workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy own_views_insert on saved_views for insert to authenticated
    with check (user_id = (select auth.uid()) and workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy own_views_update on saved_views for update to authenticated
    using (user_id = (select auth.uid()) and workspace_id = any ((select app.workspaces('viewer'))::text[]))
    with check (user_id = (select auth.uid()) and workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy own_views_delete on saved_views for delete to authenticated
    using (user_id = (select auth.uid()) and workspace_id = any ((select app.workspaces('viewer'))::text[]));

-- Members see each other. Admins look after viewers and editors, owners after everyone; anyone may leave.

grant select, delete, insert (workspace_id, user_id, role), update (role) on workspace_members to authenticated;

create policy workspace_isolation_select on workspace_members for select to authenticated
    using (workspace_id = any ((select app.workspaces('viewer'))::text[]));
create policy workspace_isolation_insert on workspace_members for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('owner'))::text[])
                or (role in ('viewer', 'editor') and workspace_id = any ((select app.workspaces('admin'))::text[])));
create policy workspace_isolation_update on workspace_members for update to authenticated
    using (workspace_id = any ((select app.workspaces('owner'))::text[])
           or (role in ('viewer', 'editor') and workspace_id = any ((select app.workspaces('admin'))::text[])))
    with check (workspace_id = any ((select app.workspaces('owner'))::text[])
                or (role in ('viewer', 'editor') and workspace_id = any ((select app.workspaces('admin'))::text[])));
create policy workspace_isolation_delete on workspace_members for delete to authenticated
    using (workspace_id = any ((select app.workspaces('owner'))::text[])
           or (role in ('viewer', 'editor') and workspace_id = any ((select app.workspaces('admin'))::text[])));
create policy members_may_leave on workspace_members for delete to authenticated
    using (user_id = (select auth.uid()) and workspace_id = any ((select app.workspaces('viewer'))::text[]));

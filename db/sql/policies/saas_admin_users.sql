-- Admins know each other; owners manage them. The first is made by the operator, in SQL.

grant select, delete, insert (user_id, role, permissions, created_by), update (role, permissions)
   on saas_admin_users to authenticated;

create policy admins_view_admins on saas_admin_users for select to authenticated
    using ((select app.saas_role()) is not null);
create policy owners_manage_admins on saas_admin_users to authenticated
    using ((select app.saas_role()) = 'owner') with check ((select app.saas_role()) = 'owner');

-- Admins keep the keys of their workspace. A key acts as its maker: nobody makes one that acts as somebody else.

grant select (id, workspace_id, user_id, name, last4, created_at, last_used_at, expires_at), delete,
      insert (workspace_id, user_id, name, key_hash, last4, expires_at) on api_keys to authenticated;

create policy workspace_isolation_select on api_keys for select to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));
create policy workspace_isolation_insert on api_keys for insert to authenticated
    with check (workspace_id = any ((select app.workspaces('admin'))::text[]) and user_id = (select auth.uid()));
create policy workspace_isolation_delete on api_keys for delete to authenticated
    using (workspace_id = any ((select app.workspaces('admin'))::text[]));

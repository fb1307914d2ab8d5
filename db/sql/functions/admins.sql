-- The people who run the service.

create or replace function app.admins()
returns table (id uuid, user_id uuid, email text, role text, permissions jsonb, created_by uuid, created_at timestamptz)
language sql stable security definer set search_path = '' as $$
    select a.id, a.user_id, u.email, a.role, a.permissions, a.created_by, a.created_at
      from public.saas_admin_users a join auth.users u on u.id = a.user_id
     where app.saas_role() is not null
     order by a.created_at, a.id
$$;

-- Owners name a new admin by e-mail; null: no such user.
create or replace function app.user_by_email(p_email text) returns uuid
language sql stable security definer set search_path = '' as $$
    select u.id from auth.users u
     where lower(u.email) = lower(p_email) and app.saas_role() = 'owner'
     order by u.created_at limit 1
$$;

create or replace function app.keep_a_saas_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if old.role <> 'owner' or (tg_op = 'UPDATE' and new.role = 'owner') then return null; end if;
    perform pg_advisory_xact_lock(hashtext('console saas owner'));
    if exists (select from auth.users u where u.id = old.user_id)
       and not exists (select from public.saas_admin_users a where a.role = 'owner') then
        raise exception 'the last owner stays' using errcode = '23514', constraint = 'last_owner_stays';
    end if;
    return null;
end $$;
create or replace trigger keep_a_saas_owner after delete or update of role on public.saas_admin_users
    for each row execute function app.keep_a_saas_owner();

revoke all on function app.admins(), app.user_by_email(text), app.keep_a_saas_owner() from public;
grant execute on function app.admins(), app.user_by_email(text) to authenticated;

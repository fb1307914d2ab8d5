-- Links that set a password. Whoever holds one becomes that person, so a workspace's admins make one only for somebody
-- who is nobody's but theirs: otherwise they could walk into other workspaces as that person.

create or replace function app.belongs_only_to(p_user_id uuid, p_workspace_id text) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select from public.workspace_members m where m.user_id = p_user_id and m.workspace_id = p_workspace_id)
       and not exists (select from public.workspace_members m where m.user_id = p_user_id and m.workspace_id <> p_workspace_id)
       and not exists (select from public.saas_admin_users a where a.user_id = p_user_id)
$$;

create or replace function app.make_password_link(p_workspace_id text, p_user_id uuid, p_token_hash bytea, p_lives interval)
returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
    role_there text;
begin
    select m.role into role_there from public.workspace_members m
     where m.workspace_id = p_workspace_id and m.user_id = p_user_id;
    if role_there is null
       or not (p_workspace_id = any (app.workspaces('owner'))
               or p_workspace_id = any (app.workspaces('admin')) and role_there in ('viewer', 'editor')) then
        raise exception 'not allowed to make a link for this person' using errcode = '42501';
    end if;
    if not app.belongs_only_to(p_user_id, p_workspace_id) then
        raise exception 'this person belongs to others, too' using errcode = '23514', constraint = 'belongs_to_others';
    end if;
    delete from public.password_links l where l.user_id = p_user_id and (l.used_at is not null or l.expires_at < now());
    insert into public.password_links (token_hash, user_id, workspace_id, created_by, expires_at)
    values (p_token_hash, p_user_id, p_workspace_id, auth.uid(), now() + least(p_lives, interval '7 days'));
    return (select u.email from auth.users u where u.id = p_user_id);
end $$;

-- The door: a link for one's own mailbox. Null: nobody has this e-mail.
create or replace function app.forgot_password(p_email text, p_token_hash bytea, p_lives interval) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
    found_id uuid;
    found_email text;
begin
    select u.id, u.email into found_id, found_email from auth.users u
     where lower(u.email) = lower(p_email) order by u.created_at limit 1;
    if found_id is null then return null; end if;
    insert into public.password_links (token_hash, user_id, expires_at) values (p_token_hash, found_id, now() + p_lives);
    return found_email;
end $$;

create or replace function app.find_password_link(p_token_hash bytea) returns table (user_id uuid, email text, initial boolean)
language sql stable security definer set search_path = '' as $$
    select l.user_id, u.email, p.user_id is null
      from public.password_links l
      join auth.users u on u.id = l.user_id
      left join public.user_passwords p on p.user_id = l.user_id
     where l.token_hash = p_token_hash and l.used_at is null and l.expires_at > now()
       and (l.workspace_id is null or app.belongs_only_to(l.user_id, l.workspace_id))
$$;

-- Once, and all other links and browsers of the person end with it. Null: it does not open any more.
create or replace function app.use_password_link(p_token_hash bytea, p_hash text) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
    found_id uuid;
begin
    select f.user_id into found_id from app.find_password_link(p_token_hash) f;
    if found_id is null then return null; end if;
    -- Of two who use it in the same moment, one finds it unused.
    update public.password_links l set used_at = now() where l.token_hash = p_token_hash and l.used_at is null;
    if not found then return null; end if;
    delete from public.password_links l where l.user_id = found_id and l.token_hash <> p_token_hash;
    perform app.change_password(found_id, p_hash);
    perform app.end_sessions(found_id);
    insert into public.audit_log (workspace_id, actor_id, action, object_type, object_id)
    select m.workspace_id, found_id, 'password.set_by_link', 'password', found_id::text
      from public.workspace_members m where m.user_id = found_id;
    return found_id;
end $$;

-- Members who cannot sign in yet.
create or replace function app.invited(p_workspace_id text) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select m.user_id from public.workspace_members m
     where m.workspace_id = p_workspace_id and p_workspace_id = any (app.workspaces('admin'))
       and not exists (select from public.user_passwords p where p.user_id = m.user_id)
$$;

revoke all on function app.belongs_only_to(uuid, text), app.make_password_link(text, uuid, bytea, interval),
    app.forgot_password(text, bytea, interval), app.find_password_link(bytea), app.use_password_link(bytea, text),
    app.invited(text) from public;
grant execute on function app.make_password_link(text, uuid, bytea, interval), app.invited(text) to authenticated;
grant execute on function app.forgot_password(text, bytea, interval), app.find_password_link(bytea),
    app.use_password_link(bytea, text) to console_signin;

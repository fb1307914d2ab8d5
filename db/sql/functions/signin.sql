-- The door. Its role has no table, only these functions, which answer about one token, key or e-mail at a time.

create or replace function app.find_session(p_token_hash bytea)
returns table (id uuid, user_id uuid, email text, workspace_id text, role text,
               created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz)
language sql stable security definer set search_path = '' as $$
    select s.id, s.user_id, u.email, m.workspace_id, m.role, s.created_at, s.last_seen_at, s.expires_at
      from public.sessions s
      join auth.users u on u.id = s.user_id
      left join public.workspace_members m on m.user_id = s.user_id and m.workspace_id = s.workspace_id
     where s.token_hash = p_token_hash and s.revoked_at is null and s.expires_at > now()
$$;

-- Without a workspace: the one the user joined first. A workspace of others is not taken.
create or replace function app.start_session(p_user_id uuid, p_token_hash bytea, p_lives interval, p_workspace_id text default null)
returns uuid
language sql volatile security definer set search_path = '' as $$
    insert into public.sessions (user_id, token_hash, expires_at, workspace_id)
    values (p_user_id, p_token_hash, now() + p_lives,
            (select m.workspace_id from public.workspace_members m
              where m.user_id = p_user_id and (p_workspace_id is null or m.workspace_id = p_workspace_id)
              order by m.created_at, m.workspace_id limit 1))
    returning id
$$;

create or replace function app.touch_session(p_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
    update public.sessions set last_seen_at = now() where id = p_id
$$;

create or replace function app.end_session(p_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
    update public.sessions set revoked_at = now() where id = p_id and revoked_at is null
$$;

-- All browsers of a user, except the one that asks.
create or replace function app.end_sessions(p_user_id uuid, p_except uuid default null) returns void
language sql volatile security definer set search_path = '' as $$
    update public.sessions set revoked_at = now()
     where user_id = p_user_id and revoked_at is null and id is distinct from p_except
$$;

-- False where the session's user is no member there: the session stays where it was.
create or replace function app.enter_workspace(p_session_id uuid, p_workspace_id text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    update public.sessions s set workspace_id = p_workspace_id
     where s.id = p_session_id and s.revoked_at is null
       and exists (select from public.workspace_members m
                    where m.user_id = s.user_id and m.workspace_id = p_workspace_id);
    return found;
end $$;

create or replace function app.find_api_key(p_key_hash bytea)
returns table (id uuid, user_id uuid, workspace_id text, role text)
language sql stable security definer set search_path = '' as $$
    select k.id, k.user_id, k.workspace_id, m.role
      from public.api_keys k
      join public.workspace_members m on m.user_id = k.user_id and m.workspace_id = k.workspace_id
     where k.key_hash = p_key_hash and (k.expires_at is null or k.expires_at > now())
$$;

-- At most once a minute, so that a busy key does not write a row a request.
create or replace function app.touch_api_key(p_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
    update public.api_keys set last_used_at = now()
     where id = p_id and (last_used_at is null or last_used_at < now() - interval '1 minute')
$$;

create or replace function app.find_password(p_email text)
returns table (user_id uuid, hash text, initial boolean)
language sql stable security definer set search_path = '' as $$
    select p.user_id, p.hash, p.initial
      from auth.users u join public.user_passwords p on p.user_id = u.id
     where lower(u.email) = lower(p_email)
$$;

-- For changing one's own password, signed in: the hash to check the old one against.
create or replace function app.password_of(p_user_id uuid)
returns table (hash text, initial boolean)
language sql stable security definer set search_path = '' as $$
    select p.hash, p.initial from public.user_passwords p where p.user_id = p_user_id
$$;

create or replace function app.change_password(p_user_id uuid, p_hash text) returns void
language sql volatile security definer set search_path = '' as $$
    insert into public.user_passwords (user_id, hash) values (p_user_id, p_hash)
    on conflict (user_id) do update set hash = excluded.hash, initial = false, changed_at = now()
$$;

-- The user a Supabase token names, with the workspaces they are in: (workspace_id null: none).
create or replace function app.find_user(p_user_id uuid, p_workspace_id text default null)
returns table (user_id uuid, email text, workspace_id text, role text)
language sql stable security definer set search_path = '' as $$
    select u.id, u.email, m.workspace_id, m.role
      from auth.users u
      left join public.workspace_members m
        on m.user_id = u.id and (p_workspace_id is null or m.workspace_id = p_workspace_id)
     where u.id = p_user_id
     order by m.created_at, m.workspace_id
$$;

-- Failures are counted a subject ('email:…', 'address:…'), by the database's clock, so that several processes and
-- restarts agree. Three are free; then 2, 4, 8 … seconds, at most 15 minutes; a quiet day forgets them.

-- How long the caller has to wait; zero: come in.
create or replace function app.sign_in_allowed(p_subjects text[]) returns interval
language sql stable security definer set search_path = '' as $$
    select coalesce(max(t.blocked_until) - now(), interval '0')
      from public.sign_in_throttle t
     where t.subject = any (p_subjects) and t.blocked_until > now()
$$;

create or replace function app.sign_in_failed(p_subjects text[]) returns void
language sql volatile security definer set search_path = '' as $$
    insert into public.sign_in_throttle as t (subject, failures, updated_at)
    select distinct s, 1, now() from unnest(p_subjects) s order by s
    on conflict (subject) do update
       set failures = case when t.updated_at < now() - interval '1 day' then 1 else least(t.failures, 100) + 1 end,
           blocked_until = case
               when t.updated_at < now() - interval '1 day' or t.failures < 3 then null
               else now() + least(interval '15 minutes', interval '1 second' * (2 ^ least(t.failures - 2, 10))) end,
           updated_at = now()
$$;

create or replace function app.sign_in_succeeded(p_subjects text[]) returns void
language sql volatile security definer set search_path = '' as $$
    delete from public.sign_in_throttle where subject = any (p_subjects)
$$;

do $$
declare
    door text;
begin
    foreach door in array array[
        'find_session(bytea)', 'start_session(uuid, bytea, interval, text)', 'touch_session(uuid)',
        'end_session(uuid)', 'end_sessions(uuid, uuid)', 'enter_workspace(uuid, text)',
        'find_api_key(bytea)', 'touch_api_key(uuid)',
        'find_password(text)', 'password_of(uuid)', 'change_password(uuid, text)', 'find_user(uuid, text)',
        'sign_in_allowed(text[])', 'sign_in_failed(text[])', 'sign_in_succeeded(text[])']
    loop
        execute format('revoke all on function app.%s from public', door);
        execute format('grant execute on function app.%s to console_signin', door);
    end loop;
end $$;

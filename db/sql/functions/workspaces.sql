-- Making workspaces and keeping them owned.

-- The one thing somebody may do who is a member of nothing.
create or replace function app.create_workspace(name text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
    made text;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    insert into public.workspaces (name, created_by) values (create_workspace.name, auth.uid()) returning id into made;
    insert into public.workspace_members (workspace_id, user_id, role) values (made, auth.uid(), 'owner');
    return made;
end $$;

-- Every workspace has a lane in the queue from its first moment.
create or replace function app.open_lane() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.engine_lanes (workspace_id) values (new.id) on conflict do nothing;
    return null;
end $$;
create or replace trigger open_lane after insert on public.workspaces
    for each row execute function app.open_lane();

-- By e-mail, since a member cannot look users up. Finds or makes the user; null: the caller may not.
create or replace function app.add_member(p_workspace_id text, p_email text, p_role text) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
    found_id uuid;
begin
    if not (p_workspace_id = any (app.workspaces('owner'))
            or p_workspace_id = any (app.workspaces('admin')) and p_role in ('viewer', 'editor')) then
        raise exception 'not allowed to add a member with this role' using errcode = '42501';
    end if;
    -- Two invitations of one person at once must not make two users.
    perform pg_advisory_xact_lock(hashtext('console user ' || lower(p_email)));
    select u.id into found_id from auth.users u where lower(u.email) = lower(p_email) order by u.created_at limit 1;
    if found_id is null then
        insert into auth.users (id, email) values (gen_random_uuid(), p_email) returning id into found_id;
    end if;
    insert into public.workspace_members (workspace_id, user_id, role) values (p_workspace_id, found_id, p_role);
    return found_id;
end $$;

-- The members of the caller's workspaces, with the e-mails that auth.users does not show.
create or replace function app.members(p_workspace_id text)
returns table (user_id uuid, email text, role text, created_at timestamptz)
language sql stable security definer set search_path = '' as $$
    select m.user_id, u.email, m.role, m.created_at
      from public.workspace_members m join auth.users u on u.id = m.user_id
     where m.workspace_id = p_workspace_id and p_workspace_id = any (app.workspaces('viewer'))
     order by m.created_at, u.email
$$;

-- A workspace keeps an owner for as long as it and its people exist.
create or replace function app.keep_an_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    -- Nobody stands behind the operator's own statements, as those of bootstrap: he may do as he says.
    if current_setting('role') = 'none' then return null; end if;
    if old.role <> 'owner' or (tg_op = 'UPDATE' and new.role = 'owner') then return null; end if;
    -- Two owners who leave in the same moment wait for each other here.
    perform from public.workspaces w where w.id = old.workspace_id for update;
    if found
       and exists (select from auth.users u where u.id = old.user_id)
       and not exists (select from public.workspace_members m where m.workspace_id = old.workspace_id and m.role = 'owner') then
        raise exception 'the last owner of a workspace stays' using errcode = '23514', constraint = 'last_owner_stays';
    end if;
    return null;
end $$;
create or replace trigger keep_an_owner after delete or update of role on public.workspace_members
    for each row execute function app.keep_an_owner();

revoke all on function app.create_workspace(text), app.open_lane(), app.add_member(text, text, text), app.members(text),
    app.keep_an_owner() from public;
grant execute on function app.create_workspace(text), app.add_member(text, text, text), app.members(text) to authenticated;

-- What an admin of the service may, where permissions narrow a role, and since when a template waits for one.

-- Permissions can take something away from a developer or an admin; an owner could give it back, and has it all.
create or replace function app.saas_may(p_what text) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select from public.saas_admin_users a
                    where a.user_id = auth.uid()
                      and (a.role = 'owner' or a.permissions -> p_what is distinct from 'false'::jsonb))
$$;

create or replace function app.guard_saas_permissions() returns trigger
language plpgsql set search_path = '' as $$
begin
    if current_user <> 'authenticated' or app.saas_role() is null then
        return new;
    end if;
    if (new.is_featured, new.featured_place) is distinct from (old.is_featured, old.featured_place)
       and not app.saas_may('feature')
       or new.is_official is distinct from old.is_official and not app.saas_may('templates')
       or new.review_state is distinct from old.review_state and not new.is_official and not app.saas_may('review')
       or old.is_official and not app.saas_may('templates')
          and (new.name, new.description, new.icon, new.category, new.config, new.input_schema, new.field_mappings,
               new.slots, new.example_contact, new.example_responses, new.tags, new.is_public)
              is distinct from
              (old.name, old.description, old.icon, old.category, old.config, old.input_schema, old.field_mappings,
               old.slots, old.example_contact, old.example_responses, old.tags, old.is_public) then
        raise exception 'this admin lacks the permission' using errcode = '42501';
    end if;
    return new;
end $$;
create or replace trigger guard_saas_permissions before update on public.connector_templates
    for each row execute function app.guard_saas_permissions();

create or replace function app.note_review_since() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.review_state = 'pending' and (tg_op = 'INSERT' or old.review_state <> 'pending') then
        new.review_since := now();
    end if;
    return new;
end $$;
-- After the guard of reviews, which decides the state: triggers fire in the order of their names.
create or replace trigger note_review_since before insert or update on public.connector_templates
    for each row execute function app.note_review_since();

-- Where the nightly practice runs are made, as whom, and with which role of theirs: nowhere, once that person lost
-- the post or left the workspace.
create or replace function app.canary_post()
returns table (workspace_id text, user_id uuid, role text, hour integer)
language sql stable security definer set search_path = '' as $$
    select s.workspace_id, s.acts_as, m.role, s.hour::integer
      from public.canary_settings s
      join public.workspace_members m on m.workspace_id = s.workspace_id and m.user_id = s.acts_as
      join public.saas_admin_users a on a.user_id = s.acts_as
     where m.role <> 'viewer'
       and (a.role = 'owner' or a.permissions -> 'canaries' is distinct from 'false'::jsonb)
$$;

revoke all on function app.saas_may(text), app.guard_saas_permissions(), app.note_review_since(), app.canary_post()
    from public;
grant execute on function app.saas_may(text) to authenticated;
grant execute on function app.canary_post() to console_engine;

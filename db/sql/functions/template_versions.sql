-- A template's versions number themselves, whoever writes: an author, an admin, or the start that loads the shipped ones.

create or replace function app.template_content(t public.connector_templates) returns jsonb
language sql stable set search_path = '' as $$
    select jsonb_build_object('config', t.config, 'input_schema', t.input_schema,
                              'field_mappings', t.field_mappings, 'slots', t.slots)
$$;

-- What nobody has seen yet has no version of its own: a change that waits for a review gets one when it is approved.
create or replace function app.number_template_version() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    newest record;
begin
    select v.version, v.content into newest
      from public.template_versions v where v.template_id = new.id order by v.version desc limit 1;
    new.version := coalesce(newest.version, 1);
    if (new.is_public or new.workspace_id is not null) and newest.content is distinct from app.template_content(new)
       and newest.version is not null then
        new.version := newest.version + 1;
    end if;
    return new;
end $$;
-- After the guard of reviews, which may hide it: triggers fire in the order of their names.
create or replace trigger number_template_version
    before insert or update of config, input_schema, field_mappings, slots, is_public, workspace_id, version
    on public.connector_templates for each row execute function app.number_template_version();

create or replace function app.keep_template_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.is_public or new.workspace_id is not null then
        insert into public.template_versions (template_id, version, content)
        values (new.id, new.version, app.template_content(new)) on conflict do nothing;
    end if;
    return null;
end $$;
create or replace trigger keep_template_version
    after insert or update of config, input_schema, field_mappings, slots, is_public, workspace_id
    on public.connector_templates for each row execute function app.keep_template_version();

revoke all on function app.template_content(public.connector_templates), app.number_template_version(),
    app.keep_template_version() from public;

-- A contact came or changed: whoever waits for that is written down in the same transaction. What runs write starts
-- nothing, or two connectors could keep each other busy for ever; nor does an undo (app.quiet).

create or replace function app.note_new_contacts() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into public.contact_trigger_queue (workspace_id, trigger_id, contact_id)
    select t.workspace_id, t.id, n.id
      from new_contacts n join public.contact_triggers t on t.workspace_id = n.workspace_id
     where t.enabled and t.on_created
        on conflict do nothing;
    return null;
end $$;

create or replace function app.note_changed_contact() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
    changed text[];
begin
    if not exists (select from public.contact_triggers t
                    where t.workspace_id = new.workspace_id and t.enabled and t.on_updated) then
        return null;
    end if;
    select array_agg(n.key) into changed
      from jsonb_each(to_jsonb(new) - 'updated_at') n
     where n.value is distinct from to_jsonb(old) -> n.key;
    insert into public.contact_trigger_queue (workspace_id, trigger_id, contact_id)
    select t.workspace_id, t.id, new.id
      from public.contact_triggers t
     where t.workspace_id = new.workspace_id and t.enabled and t.on_updated
       and changed is not null and (t.fields is null or t.fields && changed)
        on conflict do nothing;
    return null;
end $$;

-- The role and not the user: inside a function of the owner the user is the owner, the role still who asked.
create or replace trigger note_new_contacts after insert on public.contacts
    referencing new table as new_contacts
    for each statement when (coalesce(current_setting('app.quiet', true), '') <> 'on')
    execute function app.note_new_contacts();
create or replace trigger note_changed_contact after update on public.contacts
    for each row when (current_setting('role', true) <> 'console_run'
                       and coalesce(current_setting('app.quiet', true), '') <> 'on' and old.* is distinct from new.*)
    execute function app.note_changed_contact();

revoke all on function app.note_new_contacts(), app.note_changed_contact()
    from public, anon, authenticated, service_role;

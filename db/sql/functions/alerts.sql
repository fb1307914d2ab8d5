-- Alerts: which workspaces have something to tell, and the one about a login that broke.

create or replace function app.workspaces_to_tell(p_again_hours integer) returns setof text
language sql stable security definer set search_path = '' as $$
    select a.workspace_id from public.alerts a
     where a.count > a.told and (a.told_at is null or a.told_at < now() - make_interval(hours => p_again_hours))
    union
    select d.workspace_id from public.alert_deliveries d where d.state = 'waiting' and d.next_at <= now()
$$;

-- Only those in which somebody wants to know.
create or replace function app.workspaces_to_watch() returns setof text
language sql stable security definer set search_path = '' as $$
    select distinct c.workspace_id from public.alert_channels c
     where c.enabled and c.events && array['run_failed', 'error_rate', 'credential_expires']
$$;

create or replace function app.raise_alert(p_workspace_id text, p_kind text, p_subject text, p_sentence text, p_link text)
returns void
language sql volatile security definer set search_path = '' as $$
    insert into public.alerts as a (workspace_id, kind, subject, sentence, link)
    values (p_workspace_id, p_kind, p_subject, p_sentence, p_link)
    on conflict (workspace_id, kind, subject) do update
       set count = a.count + 1, last_at = now(), sentence = excluded.sentence, link = excluded.link
$$;

-- In the transaction that noted it, whoever did; a key that never worked is its owner's affair at that moment.
create or replace function app.tell_of_a_broken_credential() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform app.raise_alert(new.workspace_id, 'credential_broken', new.id::text,
        format('The credential “%s” %s', coalesce(nullif(new.label, ''), new.service_name),
               case new.state when 'reconnect' then 'needs a new login.' else 'stopped working.' end)
            || coalesce(' ' || nullif(new.state_message, ''), ''),
        '/credentials/' || new.id);
    return null;
end $$;
create or replace trigger tell_of_a_broken_credential
    after update of state on public.workspace_api_credentials for each row
    when (old.state = 'works' and new.state in ('failing', 'reconnect')
          or old.state is distinct from new.state and new.state = 'reconnect')
    execute function app.tell_of_a_broken_credential();

revoke all on function app.workspaces_to_tell(integer), app.workspaces_to_watch(),
    app.raise_alert(text, text, text, text, text), app.tell_of_a_broken_credential() from public;
grant execute on function app.workspaces_to_tell(integer), app.workspaces_to_watch() to console_engine;

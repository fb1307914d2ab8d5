-- Runs on hold go on.

drop function if exists app.free_held(text, uuid, uuid, text), app.resume_held(uuid, uuid, text);

-- How many. Null: whatever the credential, the execution, the reason or the place at the service is. Many wait until
-- every worker has heard of it, so that the first of them can tell the others; one that a person lets go on does not
-- ask what is known of the service.
create or replace function app.free_held(workspace text, credential uuid, execution uuid, reason text, place text)
returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
    freed integer;
    due constant timestamptz := case when execution is null then now() + interval '2 s' else now() end;
begin
    update public.engine_jobs j
       set visible_at = due, held_for = null, held_by = null,
           state = case when execution is null then j.state else coalesce(j.state, '{}') || '{"!resumed": true}' end
     where j.workspace_id = workspace and j.held_for is not null and j.owner is null
       and (credential is null or j.held_by = credential)
       and (execution is null or j.execution_id = execution)
       and (reason is null or j.held_for = reason)
       and (place is null or j.state ->> '!place' = place);
    get diagnostics freed = row_count;
    if freed > 0 then
        update public.engine_lanes l set next_at = due where l.workspace_id = workspace and l.next_at > due;
        perform pg_notify('console_jobs', workspace);
    end if;
    return freed;
end $$;
revoke all on function app.free_held(text, uuid, uuid, text, text) from public;

create or replace function app.resume_held(credential uuid, execution uuid, reason text, place text) returns integer
language sql volatile security definer set search_path = '' as $$
    select app.free_held(app.job_workspace(), credential, execution, reason, place)
$$;
revoke all on function app.resume_held(uuid, uuid, text, text) from public;
grant execute on function app.resume_held(uuid, uuid, text, text) to console_run;

-- A credential that was mended, entered anew or taken away: what waited for it finds out by itself.
create or replace function app.credential_was_mended() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform app.free_held(old.workspace_id, old.id, null, null, null);
    delete from public.service_pauses p
     where p.workspace_id = old.workspace_id and p.credential_id = old.id and p.why <> 'asked';
    return null;
end $$;
revoke all on function app.credential_was_mended() from public;

create or replace trigger mended_credential_frees_runs
    after update of state, auth, credentials, settings on public.workspace_api_credentials
    for each row when (
        (new.state = 'works' and old.state <> 'works')
        or (old.auth, old.credentials, old.settings) is distinct from (new.auth, new.credentials, new.settings)
           -- The same secret under a new data key mends nothing.
           and coalesce(current_setting('console.resealing', true), '') <> 'on')
    execute function app.credential_was_mended();
create or replace trigger removed_credential_frees_runs
    after delete on public.workspace_api_credentials
    for each row execute function app.credential_was_mended();

-- What nobody needs any more.

-- In batches, so that no lock is held for long: call again while it answers true.
create or replace function app.forget_old(keep_days integer, batch integer default 1000) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    gone integer;
    stale integer;
begin
    delete from public.idempotency_keys where created_at < now() - interval '24 hours';
    delete from public.sessions where expires_at < now() - interval '1 day' or revoked_at < now() - interval '1 day';
    delete from public.password_links where expires_at < now() - interval '1 day';
    delete from public.sign_in_throttle where updated_at < now() - interval '1 day';
    delete from public.service_pauses where until < now() - interval '1 day';
    delete from public.service_paces where next_at < now() - interval '1 day';
    delete from public.connector_steps_cache
     where (workspace_id, key) in (select workspace_id, key from public.connector_steps_cache
                                    where expires_at < now() limit batch for update skip locked);
    get diagnostics stale = row_count;
    delete from public.execution_pages p
     where (p.execution_id, p.path, p.number) in (
           select one.execution_id, one.path, one.number from public.execution_pages one
             join public.connector_executions e on e.id = one.execution_id
            where e.finished_at is not null limit batch);
    delete from public.schedule_fires where fired_at < now() - make_interval(days => keep_days);
    delete from public.bulk_executions where finished_at < now() - make_interval(days => keep_days);
    delete from public.run_wishes where finished_at < now() - interval '1 day';
    delete from public.connector_executions
     where id in (select id from public.connector_executions
                   where created_at < now() - make_interval(days => keep_days)
                     and status not in ('pending', 'running')
                   limit batch for update skip locked);
    get diagnostics gone = row_count;
    return gone = batch or stale = batch;
end $$;

revoke all on function app.forget_old(integer, integer) from public;
grant execute on function app.forget_old(integer, integer) to console_engine, service_role;

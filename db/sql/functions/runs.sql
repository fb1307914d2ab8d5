-- What belongs to an execution and has no foreign key to it.

create or replace function app.forget_steps() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
    delete from public.execution_steps s using gone where s.execution_id = gone.id;
    return null;
end $$;
revoke all on function app.forget_steps() from public;

create or replace trigger forget_steps after delete on public.connector_executions
    referencing old table as gone for each statement execute function app.forget_steps();

-- Nothing is open by default: every right is given by name, in functions/ and policies/.

revoke create on schema public from public;
grant usage on schema public to anon, authenticated, service_role, console_run, console_engine, console_signin;

create schema if not exists app;      -- our functions; Supabase's REST layer does not show it
revoke all on schema app from public;
grant usage on schema app to anon, authenticated, service_role, console_run, console_engine, console_signin;

do $$
begin
    -- A temporary table would outlive its caller in a pooled connection.
    execute format('revoke temporary on database %I from public', current_database());
end $$;

create table if not exists public.console_migrations (
    name text primary key,
    applied_at timestamptz not null default now()
);

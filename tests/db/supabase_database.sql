-- And of its database.
grant usage, create on schema public to postgres;
grant usage on schema public to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
create schema auth authorization supabase_auth_admin;
create table auth.users (
    id uuid primary key, instance_id uuid, aud varchar(255), role varchar(255), email varchar(255),
    encrypted_password varchar(255), raw_user_meta_data jsonb, created_at timestamptz);
create function auth.uid() returns uuid language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
alter table auth.users owner to supabase_auth_admin;
alter function auth.uid() owner to supabase_auth_admin;
alter table auth.users enable row level security;
grant usage on schema auth to anon, authenticated, service_role, postgres;
grant all on auth.users to postgres;

-- The part of Supabase's auth schema that we lean on, made only where it is missing.

do $$
begin
    if to_regclass('auth.users') is null then
        create schema if not exists auth;
        create table auth.users (
            id uuid primary key default gen_random_uuid(),
            email varchar(255),
            raw_user_meta_data jsonb not null default '{}',
            created_at timestamptz default now()
        );
        create unique index users_email on auth.users (lower(email));
        comment on table auth.users is 'made by Connector Console';
        revoke all on auth.users from public;
    end if;
    if to_regprocedure('auth.uid()') is null then
        create function auth.uid() returns uuid language sql stable as $uid$
            select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                            nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
        $uid$;
        grant usage on schema auth to anon, authenticated, service_role;
        grant execute on function auth.uid() to anon, authenticated, service_role;
    end if;
end $$;

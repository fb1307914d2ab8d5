-- The parts of a fresh Supabase project that matter here, as its superuser makes them.
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;
create role postgres login createdb createrole bypassrls replication password 'of-the-tests';
grant anon, authenticated, service_role to postgres with admin option;
create role supabase_auth_admin login createrole noinherit;

-- Contacts are searched by any part of a name, e-mail, company or phone number. Where the server has trigrams they
-- are used; where it has not, a search reads the workspace's contacts, newest first.

create or replace function app.contact_text(first_name text, last_name text, email text, company text, phone text)
returns text language sql immutable parallel safe as $$
    select lower(coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(email, '') || ' '
                 || coalesce(company, '') || ' ' || coalesce(phone, ''))
$$;
revoke all on function app.contact_text(text, text, text, text, text) from public;
-- Whoever writes a contact keeps the index, and works this out on the way.
grant execute on function app.contact_text(text, text, text, text, text) to authenticated, console_run, service_role;

do $$
declare
    place text;
begin
    begin
        if exists (select from pg_namespace where nspname = 'extensions') then
            create extension if not exists pg_trgm schema extensions;
        else
            create extension if not exists pg_trgm;
        end if;
    exception when insufficient_privilege or undefined_file or feature_not_supported or invalid_schema_name then
        raise notice 'pg_trgm cannot be had here: searching contacts goes without it';
    end;
    select n.nspname into place from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
    if place is not null then
        execute format('create index idx_contacts_text on contacts using gin'
                       ' (app.contact_text(first_name, last_name, email, company, phone) %I.gin_trgm_ops)', place);
    end if;
end $$;

-- From the moment a master key is being replaced, nothing more is locked with it: not even by a process that has not
-- heard of the new one. Who locks with it in that very moment is waited for.

create or replace function app.refuse_a_replaced_key() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('console master key'));
    if exists (select from public.key_rotations r where r.kind = 'master' and r.old_kek = new.kek_id) then
        raise exception 'this master key was replaced' using errcode = '55000', constraint = 'master_key_replaced';
    end if;
    return new;
end $$;
create or replace trigger refuse_a_replaced_key before insert or update of kek_id on public.data_keys
    for each row execute function app.refuse_a_replaced_key();

revoke all on function app.refuse_a_replaced_key() from public;

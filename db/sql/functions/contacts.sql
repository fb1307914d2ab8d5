-- Searching contacts. LIKE is not leakproof, so under a policy Postgres would not look into the index for it: this
-- function asks for the membership itself, once, and then searches as the owner.

create or replace function app.find_contacts(p_workspace_id text, p_patterns text[], p_limit integer,
                                             p_before timestamptz, p_before_id uuid)
returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
    wanted text;
begin
    if p_workspace_id <> all (app.workspaces('viewer')) then return; end if;
    -- The patterns stand in the statement as literals, so that the planner sees how rare they are.
    select string_agg(format('and app.contact_text(c.first_name, c.last_name, c.email, c.company, c.phone) like %L', pattern), ' ')
      into wanted from unnest(p_patterns) pattern;
    return query execute
        'select c.id from public.contacts c where c.workspace_id = $1 ' || coalesce(wanted, '') ||
        ' and ($3 is null or (c.created_at, c.id) < ($3, $4)) order by c.created_at desc, c.id desc limit $2'
        using p_workspace_id, p_limit, p_before, p_before_id;
end $$;
revoke all on function app.find_contacts(text, text[], integer, timestamptz, uuid) from public;
grant execute on function app.find_contacts(text, text[], integer, timestamptz, uuid) to authenticated;

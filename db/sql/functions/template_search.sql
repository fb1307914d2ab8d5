-- The marketplace's search. It says itself what the caller may see, because row-level security would keep Postgres
-- from using the index of words.

create or replace function app.search_templates(
    p_workspace text, p_patterns text[], p_category text, p_tag text, p_official boolean, p_featured boolean,
    p_which text, p_sort text, p_limit integer, p_skip integer)
returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
    wanted text := '';
    pattern text;
begin
    if not p_workspace = any (app.workspaces('viewer')) then
        return;
    end if;
    foreach pattern in array p_patterns loop
        wanted := wanted || format(' and t.words like %L', pattern);
    end loop;
    if p_category is not null then wanted := wanted || format(' and t.category = %L', p_category); end if;
    if p_tag is not null then wanted := wanted || format(' and t.tags @> array[%L]', p_tag); end if;
    if p_official is not null then wanted := wanted || format(' and t.is_official = %L::boolean', p_official); end if;
    if p_featured is not null then wanted := wanted || format(' and t.is_featured = %L::boolean', p_featured); end if;
    wanted := case p_which
              when 'mine' then '(t.workspace_id = $1 or t.workspace_id is null and t.published_by = auth.uid())'
              when 'both' then '(t.workspace_id = $1 or t.workspace_id is null and (t.is_public or t.published_by = auth.uid()))'
              when 'own' then '(t.workspace_id = $1)'
              when 'community' then '(t.workspace_id is null and t.is_public and not t.is_official)'
              else '(t.workspace_id = $1 or t.workspace_id is null and t.is_public)' end || wanted;
    return query execute 'select t.id from public.connector_templates t where ' || wanted || ' order by '
        || case p_sort
           when 'popular' then 't.install_count desc, t.id desc'
           when 'rating' then 't.rating desc, t.rating_count desc, t.id desc'
           when 'success' then 't.success_rate desc nulls last, t.hit_rate desc nulls last, t.install_count desc, t.id desc'
           when 'featured' then 't.featured_place nulls last, t.name, t.id'
           -- By the bytes: a language's order costs ten times as much to sort by.
           when 'name' then 'lower(t.name) collate "C", t.id'
           else 't.created_at desc, t.id desc' end
        || ' limit $2 offset $3'
        using p_workspace, p_limit, p_skip;
end $$;

revoke all on function app.search_templates(text, text[], text, text, boolean, boolean, text, text, integer, integer)
    from public;
grant execute on function app.search_templates(text, text[], text, text, boolean, boolean, text, text, integer, integer)
    to authenticated;

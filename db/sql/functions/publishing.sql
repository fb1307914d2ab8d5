-- What keeps the marketplace honest, whoever writes: review before publicity, and counters nobody sets.

-- What an author hands in or changes is seen by others once an admin has looked at it. Withdrawing needs nobody.
create or replace function app.guard_template_review() returns trigger
language plpgsql set search_path = '' as $$
begin
    if current_user <> 'authenticated' or new.workspace_id is not null
       or app.saas_may(case when new.is_official then 'templates' else 'review' end) then
        return new;
    end if;
    if tg_op = 'INSERT'
       or (new.name, new.description, new.icon, new.category, new.config, new.input_schema, new.field_mappings,
           new.slots, new.example_contact, new.example_responses, new.tags)
          is distinct from
          (old.name, old.description, old.icon, old.category, old.config, old.input_schema, old.field_mappings,
           old.slots, old.example_contact, old.example_responses, old.tags)
       or (new.is_public and not old.is_public)
       or (new.review_state = 'pending' and old.review_state = 'rejected') then
        new.is_public := false;
        new.review_state := 'pending';
        new.review_note := null;
    else
        new.review_state := old.review_state;
        new.review_note := old.review_note;
    end if;
    return new;
end $$;
create or replace trigger guard_template_review before insert or update on public.connector_templates
    for each row execute function app.guard_template_review();

-- The row of the template is the queue in which fifty raters of one moment stand.
create or replace function app.count_rating() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    stars integer := 0;
    raters integer := 0;
begin
    if tg_op <> 'INSERT' then stars := stars - old.stars; raters := raters - 1; end if;
    if tg_op <> 'DELETE' then stars := stars + new.stars; raters := raters + 1; end if;
    update public.connector_templates t
       set rating_sum = t.rating_sum + stars,
           rating_count = t.rating_count + raters,
           rating = case when t.rating_count + raters = 0 then 0
                    else round((t.rating_sum + stars)::numeric / (t.rating_count + raters), 2) end
     where t.id = case when tg_op = 'DELETE' then old.template_id else new.template_id end;
    return null;
end $$;
create or replace trigger count_rating after insert or delete or update of stars on public.template_ratings
    for each row execute function app.count_rating();

create or replace function app.count_install() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if tg_op = 'INSERT' then
        update public.connector_templates t set install_count = t.install_count + 1 where t.id = new.created_from_template;
        return null;
    end if;
    update public.connector_templates t set usage_gone = t.usage_gone + old.total_executions where t.id = old.created_from_template;
    return null;
end $$;
create or replace trigger count_install after insert on public.connectors
    for each row when (new.created_from_template is not null) execute function app.count_install();
create or replace trigger count_removal after delete on public.connectors
    for each row when (old.created_from_template is not null) execute function app.count_install();

-- Runs of the connectors made from each template. Counted now and then: a run must not wait for a row that all
-- workspaces share.
create or replace function app.count_usage() returns void
language sql volatile security definer set search_path = '' as $$
    update public.connector_templates t set usage_count = used.total
      from (select t.id, t.usage_gone + coalesce(sum(c.total_executions), 0)::integer as total
              from public.connector_templates t
              left join public.connectors c on c.created_from_template = t.id
             where t.install_count > 0
             group by t.id) used
     where t.id = used.id and t.usage_count <> used.total
$$;

revoke all on function app.guard_template_review(), app.count_rating(), app.count_install(), app.count_usage() from public;
grant execute on function app.count_usage() to console_engine;

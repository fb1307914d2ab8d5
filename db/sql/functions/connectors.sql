-- Counters and times that rows keep by themselves.

-- Null: the run was cancelled, which counts in the total and nowhere else.
create or replace function public.increment_connector_stats(p_connector_id uuid, p_success boolean) returns void
language sql volatile set search_path = '' as $$
    update public.connectors
       set total_executions = total_executions + 1,
           successful_executions = successful_executions + (p_success is true)::int,
           failed_executions = failed_executions + (p_success is false)::int,
           last_executed_at = now(),
           updated_at = now()
     where id = p_connector_id
$$;

create or replace function public.update_updated_at_column() returns trigger
language plpgsql set search_path = '' as $$
begin
    new.updated_at = now();
    return new;
end $$;

create or replace trigger update_connectors_updated_at before update on public.connectors
    for each row execute function public.update_updated_at_column();
-- Of what people write; a rating or an install changes nothing about a template.
create or replace trigger update_connector_templates_updated_at
    before update of name, description, icon, category, config, input_schema, field_mappings, slots, example_contact,
                     example_responses, is_official, is_featured, is_public, tags on public.connector_templates
    for each row execute function public.update_updated_at_column();
-- Of what makes it another credential; that it was used changes nothing about it.
create or replace trigger update_workspace_api_credentials_updated_at before update on public.workspace_api_credentials
    for each row when (new.last_used_at is not distinct from old.last_used_at) execute function public.update_updated_at_column();
create or replace trigger update_contacts_updated_at before update on public.contacts
    for each row when (new.updated_at is not distinct from old.updated_at)  -- a run says it itself, which costs less
    execute function public.update_updated_at_column();

-- Columns of one row belong to different people: an author edits a template, only an admin gives it rank.
create or replace function app.guard_template_rank() returns trigger
language plpgsql set search_path = '' as $$
begin
    if (new.is_official, new.is_featured, new.featured_place)
           is distinct from (old.is_official, old.is_featured, old.featured_place)
       and current_user = 'authenticated' and app.saas_role() is null then
        raise exception 'only an admin makes a template official or featured' using errcode = '42501';
    end if;
    return new;
end $$;
create or replace trigger guard_template_rank before update on public.connector_templates
    for each row execute function app.guard_template_rank();

-- On Supabase every new function of public belongs to its three roles at first.
revoke all on function public.increment_connector_stats(uuid, boolean), public.update_updated_at_column(),
    app.guard_template_rank() from public, anon, authenticated, service_role;
grant execute on function public.increment_connector_stats(uuid, boolean) to service_role, console_run;

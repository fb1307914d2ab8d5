-- Templates over time: each published state is a version, each connector remembers which one it was made from and what
-- was agreed to. Measured quality, written reviews, and a search that stays quick among very many.

alter table connector_templates
    add column version integer not null default 1,        -- the newest one that was published
    add column success_rate numeric(3, 2),                -- measured; null: too few workspaces have run it
    add column hit_rate numeric(3, 2),                    -- found / (found + not found)
    add column price_per_found numeric,
    add column measured_at timestamptz;

create table template_versions (
    template_id uuid not null references connector_templates (id) on delete cascade,
    version integer not null,
    content jsonb not null,                               -- {config, input_schema, field_mappings, slots}
    created_at timestamptz not null default now(),
    primary key (template_id, version)
);
insert into template_versions (template_id, version, content, created_at)
    select id, 1, jsonb_build_object('config', config, 'input_schema', input_schema, 'field_mappings', field_mappings, 'slots', slots), updated_at
      from connector_templates where is_public or workspace_id is not null;

-- What a connector was made from, and what its people agreed to then.
create table template_installs (
    connector_id uuid primary key,
    workspace_id text not null,
    template_id uuid not null references connector_templates (id) on delete cascade,
    version integer not null,                             -- 0: from before versions were kept
    base jsonb not null,                                  -- {config, input_schema, field_mappings}, as it was installed
    consent jsonb not null,                               -- {hosts, slots: {service: {hosts, auth, fields}}, writes}
    agreed_by uuid references auth.users (id) on delete set null,
    agreed_at timestamptz not null default now(),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
create index template_installs_template on template_installs (template_id);
create index template_installs_workspace on template_installs (workspace_id);
-- Nobody wrote down what was agreed to before: what the template said first is taken for it. An update asks anew.
insert into template_installs (connector_id, workspace_id, template_id, version, base, consent, agreed_at)
    select c.id, c.workspace_id, t.id, case when first.definition -> 'config' = t.config then 1 else 0 end,
           jsonb_build_object('config', first.definition -> 'config', 'input_schema', first.definition -> 'input_schema',
                              'field_mappings', first.definition -> 'field_mappings'),
           '{"hosts": [], "slots": {}, "writes": []}', c.created_at
      from connectors c
      join connector_templates t on t.id = c.created_from_template
      join connector_versions first on first.connector_id = c.id and first.version = 1;

alter table template_ratings
    add column review_id uuid not null default gen_random_uuid() unique,
    add column said text check (length(said) between 1 and 2000),
    add column said_at timestamptz,
    add column hidden boolean not null default false;     -- by an admin, after a report
create index template_ratings_said on template_ratings (template_id, said_at desc, review_id desc) where said is not null and not hidden;

create table review_reports (
    review_id uuid not null references template_ratings (review_id) on delete cascade,
    reported_by uuid not null references auth.users (id) on delete cascade,
    reason text not null default '' check (length(reason) <= 500),
    created_at timestamptz not null default now(),
    settled_at timestamptz,
    primary key (review_id, reported_by)
);
create index review_reports_open on review_reports (created_at) where settled_at is null;

-- What a search reads: one lower-case text, and the long documents out of its way.
create or replace function app.template_text(name text, description text, category text, tags text[], slots jsonb)
returns text language sql immutable parallel safe set search_path = '' as $$
    select lower(coalesce(name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(category, '') || ' '
                 || array_to_string(tags, ' ') || ' ' || coalesce(jsonb_path_query_array(slots, '$[*].title')::text, ''))
$$;
revoke all on function app.template_text(text, text, text, text[], jsonb) from public;
grant execute on function app.template_text(text, text, text, text[], jsonb) to authenticated, service_role;
alter table connector_templates set (toast_tuple_target = 128);
alter table connector_templates
    add column words text generated always as (app.template_text(name, description, category, tags, slots)) stored;

do $$
declare
    place text;
begin
    select n.nspname into place from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
    if place is not null then
        execute format('create index connector_templates_words on connector_templates using gin (words %I.gin_trgm_ops)', place);
    end if;
end $$;
create index connector_templates_shown on connector_templates (name) where is_public and workspace_id is null;
create index connector_templates_own on connector_templates (workspace_id) where workspace_id is not null;
create index connector_templates_author on connector_templates (published_by) where published_by is not null;

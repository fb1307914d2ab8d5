-- Templates from many hands: reviewed before everyone sees them, rated, and counted by the database itself.

alter table connector_templates
    add column review_state text not null default 'none' check (review_state in ('none', 'pending', 'approved', 'rejected')),
    add column review_note text,
    add column warnings jsonb not null default '[]',      -- [{path, message}]: what the scan was not sure about
    add column rating_sum integer not null default 0,
    add column usage_gone integer not null default 0;     -- runs of connectors that were removed since
create index connector_templates_review on connector_templates (created_at desc, id desc) where review_state = 'pending';
create index connectors_template on connectors (created_from_template) where created_from_template is not null;

create table template_ratings (
    template_id uuid not null references connector_templates (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    stars smallint not null check (stars between 1 and 5),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (template_id, user_id)
);

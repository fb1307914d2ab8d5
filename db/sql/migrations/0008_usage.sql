-- What a workspace used, a row a day that is over; today is counted when somebody asks.

create table usage_daily (
    workspace_id text not null references workspaces (id) on delete cascade,
    day date not null,                                    -- in UTC, of the runs made then
    runs integer not null,
    outcomes jsonb not null,                              -- {found: 12, …, cancelled: 1}
    calls bigint not null,
    counted_at timestamptz not null default now(),
    primary key (workspace_id, day)
);

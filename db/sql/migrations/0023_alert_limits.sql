-- From when on a workspace is told: how many of how many runs failed, and how soon a key expires.

alter table alert_watches
    add failing_share numeric(3, 2) not null default 0.3 check (failing_share between 0.01 and 1),
    add fewest_runs integer not null default 20 check (fewest_runs between 1 and 100000),
    add expires_days integer not null default 7 check (expires_days between 1 and 365);

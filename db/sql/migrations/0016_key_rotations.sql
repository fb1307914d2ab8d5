-- Changes of keys, begun and finished: one that was cut off goes on where it was.

create table key_rotations (
    id uuid primary key default gen_random_uuid(),
    kind text not null check (kind in ('master', 'data')),
    old_kek text, new_kek text,                           -- of a change of the master key
    started_at timestamptz not null default now(),
    finished_at timestamptz
);
create unique index key_rotations_under_way on key_rotations (kind) where finished_at is null;

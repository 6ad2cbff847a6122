"""The tables of the manifest.

Here: the schema, and nothing that reads or writes it (manifest.py). A table is created when it is missing; `version` says which schema
wrote the file, so that an older Matlas does not spoil a newer home.
"""

VERSION = 4
WITH_LEDGER = 4
"""The first version that has a ledger: decisions of an older home are taken over into it."""
TAKEN_WORDS = "(taken out: it named somebody who was erased)"

SCHEMA = f"""
create table if not exists file_hash (
    academy_id text not null,
    path text not null,         -- relative to the academy's landing folder
    entry text not null,        -- the entry of a zip; empty for the file itself
    size integer not null,      -- size and time of the file on disk: unchanged, it is not hashed again
    mtime_ns integer not null,
    sha256 text not null,
    bytes integer not null,
    primary key (academy_id, path, entry)
);
create table if not exists delivery (
    batch_id text primary key,
    content_id text not null,
    academy_id text not null,
    table_name text not null,
    profile text not null,
    date_in_name text,
    effective_date text not null,
    first_seen_at text not null,
    first_seen_run text not null,
    files text not null         -- JSON
);
create index if not exists delivery_content on delivery (content_id);
create table if not exists reading (
    content_id text primary key,
    maps_id text not null,
    lookups_id text not null,   -- which contents of lookup tables it was read with
    academy_id text not null,
    table_name text not null,
    json text not null,
    first_read_at text not null,
    read_at text not null
);
create table if not exists day_count (
    content_id text not null,
    entity text not null,
    first_day text not null,
    counts text not null,       -- JSON: accepted rows of first_day, of the day after, …
    primary key (content_id, entity)
);
create table if not exists key_cover (
    earlier_path text not null,
    later_path text not null,
    is_covered integer not null, -- every key of the earlier contract Parquet stands in the later one
    primary key (earlier_path, later_path)
);
create table if not exists landing_finding (
    as_at text not null,        -- empty: the present
    batch_id text not null,
    check_id text not null,
    entity text not null,
    checked integer not null,
    failed integer not null,
    hold_over_pct real,
    primary key (as_at, batch_id, check_id, entity)
);
create table if not exists verdict (
    as_at text not null,
    batch_id text not null,
    entity text not null,
    academy_id text not null,
    profile text not null,
    table_name text not null,
    table_rank integer not null,
    content_id text not null,
    maps_id text,
    mode text not null,
    status text not null,
    reason_code text,
    reason text,
    effective_date text not null,
    time_period integer not null,
    delivery_order integer not null,
    replaces_from text,
    replaces_to text,
    is_newest integer not null,
    decided_by text,
    decided_at text,
    decided_why text,
    primary key (as_at, batch_id, entity)
);
create table if not exists unknown_file (
    academy_id text,
    file_name text not null,
    reason_code text not null,
    reason text not null
);
create table if not exists decision (
    id integer primary key autoincrement,
    academy_id text not null,
    table_name text not null,
    content_id text not null,
    batch_id text not null,
    decision text not null,
    decided_by text not null,
    decided_at text not null,
    why text not null
);
create table if not exists check_decision (
    id integer primary key autoincrement,
    check_id text not null,
    academy_id text not null,
    decision text not null,     -- accept, or reopen: an acceptance taken back
    decided_by text not null,
    decided_at text not null,
    why text not null,
    until text                  -- the last day of an acceptance
);
create table if not exists run (
    run_id text primary key,
    started_at text not null,
    finished_at text,
    as_of text not null,
    as_at text,
    outcome text,
    published_at text
);
create table if not exists erasure (
    id integer primary key autoincrement,
    kind text not null,         -- pupil or colleague
    state text not null,        -- begun; taken_out (of the raw layer); finished (published without the person); lifted
    erased_at text not null,
    erased_by text not null,
    why text not null,
    key_name text not null,     -- which key the hashes below were made with
    counts text not null,       -- JSON: rows by academy and table; nobody is in it
    finished_at text
);
create table if not exists erased_name (
    erasure_id integer not null,
    hash text not null,         -- keyed: a number by which the person would come again
    primary key (erasure_id, hash)
);
create table if not exists map_score (
    academy_id text not null,
    area text not null,
    time_period integer not null,
    half_term text not null,
    as_of text not null,        -- the last day that counted on the last night of the half-term
    alignment real,
    autonomy real,
    transparency real,
    accountability real,
    primary key (academy_id, area, time_period, half_term)
);
create table if not exists alert (
    alert_id text primary key,
    rule text not null,
    academy_id text not null,   -- trust: a matter of the trust
    subject text not null,
    measure_id text,
    domain text,
    breakdown_topic text,
    breakdown text,
    severity text not null,
    sentence text not null,
    value real,
    "limit" real,
    raised_on text not null,
    last_seen_on text not null,
    state text not null,
    state_since text not null,
    handled_by text,
    why text
);
create table if not exists alert_event (
    id integer primary key autoincrement,
    alert_id text not null,
    state text not null,
    day text not null,
    who text,                   -- null: the data said so
    why text,
    at text not null
);
create table if not exists alert_night (
    academy_id text not null,
    day text not null,          -- a night on which the academy was current and its week open
    primary key (academy_id, day)
);
create table if not exists ledger (
    seq integer primary key autoincrement, -- 1, 2, 3 … without a gap; SQLite remembers how many there were
    written_at text not null,
    who text not null,
    kind text not null,
    subject text not null,
    academy_id text,
    detail text not null,       -- JSON
    why text not null,
    why_salt text,              -- null where the reason was taken out, for it named somebody who was erased
    why_hash text not null,
    previous text not null,
    hash text not null
);
create trigger if not exists ledger_is_never_shortened before delete on ledger
begin
    select raise(abort, 'the ledger is only ever added to');
end;
create trigger if not exists ledger_is_never_changed before update on ledger
when new.why_salt is not null or new.why <> '{TAKEN_WORDS}'
    or (old.seq, old.written_at, old.who, old.kind, old.subject, old.academy_id, old.detail, old.why_hash, old.previous, old.hash)
    is not (new.seq, new.written_at, new.who, new.kind, new.subject, new.academy_id, new.detail, new.why_hash, new.previous, new.hash)
begin
    select raise(abort, 'the ledger is only ever added to');
end;
create table if not exists intervention (
    id integer primary key autoincrement,
    alert_id text not null,
    academy_id text not null,   -- trust: a matter of the trust
    measure_id text,            -- of the alert, as are the two below
    breakdown_topic text,
    breakdown text,
    decision text not null,     -- assist or monitor
    decided_on text not null,   -- the trust's own day
    until text not null,        -- the last day on which it stands
    decided_by text not null,
    typed_by text not null,     -- the account at the keyboard
    why text not null,
    decided_at text not null
);
create table if not exists outbox (
    message_id integer primary key autoincrement,
    reader text not null,
    number integer not null,    -- the reader's own count, without a gap
    day text not null,          -- the night that wrote it
    subject text not null,
    body text not null,
    written_at text not null,
    sent_at text,               -- null: it waits
    unique (reader, number)
);
create table if not exists outbox_try (
    try_id integer primary key autoincrement,
    message_id integer not null,
    begun_at text not null,
    ended_at text,              -- null: killed while it was sent; the channel may have taken it
    failure text                -- our own words, never the channel's address; null with ended_at: taken
);
create table if not exists told (
    reader text not null,
    alert_id text not null,
    what text not null,         -- raised, passed_on (to the trust) or resolved
    message_id integer not null,
    primary key (reader, alert_id, what)
);
"""

-- What answers about the past need: how each listing stood then, and marks that are gone.

-- How the listing stood after this reading.
alter table listing_read add column reason_text text;
alter table listing_read add column whole_at integer;
alter table listing_read add column complete_at integer;
-- Like `not_before`, and that reading was shown to be complete; null when no such reading is known.
alter table listing_read add column certain_before integer;
-- 1 when its subject was gone from then on; the verdict is the last one before.
alter table listing_read add column retired integer not null default 0 check (retired in (0, 1));

update listing_read set
    retired = 1,
    verdict = coalesce(
        (select w.verdict from listing_read w
         where w.listing_id = listing_read.listing_id and w.snapshot_id < listing_read.snapshot_id
         and w.verdict <> 'retired' order by w.snapshot_id desc limit 1), 'proven')
where verdict = 'retired';

-- What earlier versions did not write down is known at least so well.
update listing_read set
    whole_at = (select max(w.read_at) from listing_read w
                where w.listing_id = listing_read.listing_id and w.snapshot_id <= listing_read.snapshot_id
                and w.retired = 0 and w.verdict in ('proven', 'attested', 'unproven')),
    complete_at = (select max(w.read_at) from listing_read w
                   where w.listing_id = listing_read.listing_id and w.snapshot_id <= listing_read.snapshot_id
                   and w.retired = 0 and w.verdict in ('proven', 'attested')),
    certain_before = (select max(w.read_at) from listing_read w
                      where w.listing_id = listing_read.listing_id and w.snapshot_id < listing_read.snapshot_id
                      and w.retired = 0 and w.verdict in ('proven', 'attested'));

-- The readings of a snapshot that changed nothing: which listings were read, and when (`src/snapshot/unchanged.rs`).
create table reading_unchanged (
    snapshot_id integer primary key references snapshot (id),
    readings blob not null
);

-- Marks *removal unconfirmed* that went because the fact was stated again.
create table mark_past (
    id integer primary key,
    fact_id integer not null references fact (id),
    -- The snapshot that first missed it, and the one that saw it again.
    from_snapshot integer not null references snapshot (id),
    to_snapshot integer not null references snapshot (id),
    hold_id integer references hold (id),
    discarded_at integer
);
create index mark_past_of_fact on mark_past (fact_id);

-- When a person said that the removal is not to be believed; null also where that was before this was written down.
alter table fact add column discarded_at integer;

create index fact_missed on fact (missing_since) where missing_since is not null;

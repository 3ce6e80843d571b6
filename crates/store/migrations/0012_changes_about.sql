-- What changed about one thing, as the subject of a fact or as its object, without looking at all that changed. Only
-- facts that somebody saw come or go are in these, so that a first reading of millions adds nothing.
create index fact_appeared_about on fact (subject_id, from_snapshot) where baseline = 0;
create index fact_appeared_with on fact (object_id, from_snapshot) where baseline = 0;
create index fact_disappeared_about on fact (subject_id, to_snapshot) where to_snapshot is not null;
create index fact_disappeared_with on fact (object_id, to_snapshot) where to_snapshot is not null;

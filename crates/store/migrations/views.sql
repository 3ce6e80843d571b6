-- Views for a person with the engine's own shell; the code never reads them. Made anew with every migration.

drop view if exists resource_current;
drop view if exists property_current;
drop view if exists grant_current;
drop view if exists evidence_current;
drop view if exists link_current;
drop view if exists removal_unconfirmed;
drop view if exists listing_verdict;
drop view if exists fact_current;

create view fact_current as
select
    c.connector_type || ' ' || c.name as connector,
    lt.word as listing,
    f.kind,
    st.word as subject_type,
    s.wire_id as subject,
    ot.word as object_type,
    o.wire_id as object,
    t.word as term,
    f.value,
    datetime(n.made_current_at / 1000000, 'unixepoch') as since,
    case when f.baseline = 1 then 'or earlier' else '' end as since_or_earlier,
    case when f.missing_since is null then '' when f.discarded = 1 then 'removal discarded' else 'removal unconfirmed' end
        as removal
from fact f
join listing l on l.id = f.listing_id
join connector c on c.id = l.connector_id
join term lt on lt.id = l.kind_id
join resource s on s.id = f.subject_id
join term st on st.id = s.type_id
join snapshot n on n.id = f.from_snapshot
left join resource o on o.id = f.object_id
left join term ot on ot.id = o.type_id
left join term t on t.id = f.term_id
where f.to_snapshot is null;

create view resource_current as
select connector, subject_type as type, subject as id, object_type as parent_type, object as parent, since,
       since_or_earlier, removal, listing
from fact_current where kind = 1;

create view property_current as
select connector, subject_type as type, subject as id, term as property, value, since, since_or_earlier, removal, listing
from fact_current where kind = 2;

create view grant_current as
select connector, object_type as principal_type, object as principal, term as entitlement,
       subject_type as resource_type, subject as resource, since, since_or_earlier, removal, listing
from fact_current where kind = 3;

create view evidence_current as
select connector, object_type as principal_type, object as principal, term as entitlement,
       subject_type as resource_type, subject as resource, since, since_or_earlier, removal, listing
from fact_current where kind = 4;

create view link_current as
select connector, subject_type as from_type, subject as "from", term as class, object_type as to_type, object as "to",
       since, since_or_earlier, removal, listing
from fact_current where kind = 5;

create view removal_unconfirmed as
select * from fact_current where removal <> '';

create view listing_verdict as
select
    c.connector_type || ' ' || c.name as connector,
    t.word as listing,
    s.wire_id as subject,
    l.verdict,
    l.reason_text as reason,
    datetime(l.read_at / 1000000, 'unixepoch') as read,
    datetime(l.complete_at / 1000000, 'unixepoch') as complete,
    l.retired
from listing l
join connector c on c.id = l.connector_id
join term t on t.id = l.kind_id
join resource s on s.id = l.subject_id;

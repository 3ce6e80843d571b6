-- A session that somebody ended is kept until it would have expired, so that whoever still presents it is noticed.
alter table hub_session add column ended_at integer;

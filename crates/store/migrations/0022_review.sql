-- Reviews of access (campaigns), what was decided in them, and the plans that follow. What is reviewed is named and not referred
-- to, so that a decision stays whatever becomes of the account, the grant or the connector.

create table review (
    id integer primary key,
    uuid text not null unique,
    name text not null unique,
    -- What it is to be, in JSON: scope, reviewers, days.
    definition text not null,
    state text not null check (state in ('draft', 'staged', 'running', 'completed', 'cancelled')),
    -- Counts every change of what others may have looked at.
    version integer not null,
    -- A person, the review that it repeats, or the rule that asked for it.
    origin text not null,
    created_at integer not null,
    created_by text not null,
    staged_at integer,
    started_at integer,
    due_at integer,
    ended_at integer,
    ended_by text,
    ended_reason text,
    -- What was staged: how many grants, a digest of them, and how complete what they were taken from was, in JSON.
    items integer not null default 0,
    population text not null default '',
    accuracy text not null default '{}'
);
create index review_of_state on review (state);

-- A grant as it was when the population was fixed, and what became of it.
create table review_item (
    id integer primary key,
    review_id integer not null references review (id),
    -- 1, 2, 3, … in the review.
    number integer not null,
    -- The uuid of its connector, and how that was called.
    connector text not null,
    connector_title text not null,
    principal_kind text not null,
    principal_id text not null,
    resource_kind text not null,
    resource_id text not null,
    slug text not null,
    -- What makes it the same grant in another review.
    grant_key text not null,
    -- Of what decides whether it is as it was: what it gives, whose it is.
    content text not null,
    -- What its reviewer is shown, in JSON.
    shown text not null,
    -- Who holds it, in `review_holder`.
    holding text not null,
    novelty text not null check (novelty in ('new', 'changed', 'unchanged')),
    -- What was decided of it last, in JSON.
    previous text,
    reviewer text,
    reviewer_name text not null default '',
    reviewer_why text not null default '',
    outcome text not null default 'undecided' check (outcome in ('undecided', 'certified', 'denied')),
    decided_at integer,
    unique (review_id, number)
);
-- How far reviewers are is counted in it, without the wide rows, and a page of somebody's grants is a part of it.
create index review_item_of_reviewer on review_item (review_id, reviewer, outcome, novelty, number, reviewer_name);
create index review_item_of_grant on review_item (grant_key, id);

-- Who held what is reviewed, so that nobody decides about what they hold.
create table review_holder (
    review_id integer not null references review (id),
    holding text not null,
    reviewer text not null,
    primary key (review_id, holding, reviewer)
);

-- Each time that another came to review a grant.
create table review_assignment (
    id integer primary key,
    item_id integer not null references review_item (id),
    at integer not null,
    actor text,
    from_reviewer text,
    from_name text not null,
    reviewer text,
    reviewer_name text not null,
    reason text not null
);
create index review_assignment_of_item on review_assignment (item_id);

-- What a reviewer has chosen and not submitted yet.
create table review_mark (
    item_id integer not null references review_item (id),
    reviewer text not null,
    decision text not null check (decision in ('certify', 'deny')),
    reason text not null,
    at integer not null,
    primary key (item_id, reviewer)
);

-- What was submitted at once, from where, and who brought it.
create table review_submission (
    id integer primary key,
    uuid text not null unique,
    review_id integer not null references review (id),
    at integer not null,
    reviewer text not null,
    reviewer_name text not null,
    -- page, terminal, file, interface or completion.
    source text not null,
    brought_by text not null,
    file_name text,
    file_sha256 text,
    certified integer not null,
    denied integer not null
);
create index review_submission_of_review on review_submission (review_id, id);

-- A submitted decision. Rows are never changed: who decides anew adds one.
create table review_decision (
    id integer primary key,
    item_id integer not null references review_item (id),
    submission_id integer not null references review_submission (id),
    reviewer text not null,
    decision text not null check (decision in ('certify', 'deny')),
    reason text not null,
    at integer not null
);
create index review_decision_of_item on review_decision (item_id, id);

create table review_event (
    id integer primary key,
    review_id integer not null references review (id),
    at integer not null,
    what text not null,
    actor text,
    reason text,
    details text not null
);
create index review_event_of_review on review_event (review_id, id);

-- Who decides for whom, and for how long.
create table review_delegate (
    id integer primary key,
    uuid text not null unique,
    reviewer text not null,
    reviewer_name text not null,
    delegate text not null,
    delegate_name text not null,
    from_at integer not null,
    until_at integer not null,
    reason text not null,
    set_at integer not null,
    set_by text not null,
    ended_at integer,
    ended_by text
);
create index review_delegate_of_reviewer on review_delegate (reviewer);

-- What rules ask to have reviewed, until somebody makes a review of it.
create table review_request (
    id integer primary key,
    rule_id integer references rule (id),
    at integer not null,
    content text not null,
    review_id integer references review (id)
);
create index review_request_open on review_request (id) where review_id is null;

-- The exact steps that follow from decisions, in order.
create table plan (
    id integer primary key,
    uuid text not null unique,
    review_id integer references review (id),
    created_at integer not null,
    created_by text not null,
    due_at integer not null,
    -- Of its steps as they were drawn up: what is carried out is this and nothing else.
    digest text not null
);
create index plan_of_review on plan (review_id);

create table plan_step (
    id integer primary key,
    plan_id integer not null references plan (id),
    number integer not null,
    -- The number of the grant in the review.
    item_number integer,
    connector text not null,
    connector_title text not null,
    principal_kind text not null,
    principal_id text not null,
    resource_kind text not null,
    resource_id text not null,
    slug text not null,
    -- grant, everything or lowered: what else goes with it.
    effect text not null,
    what text not null,
    how text not null,
    needs text not null,
    -- What has to be done before.
    first text,
    -- Why it must not be done.
    refused text,
    owner text not null,
    due_at integer not null,
    state text not null check (state in ('requested', 'done', 'verified', 'failed', 'came-back', 'refused')),
    state_at integer not null,
    -- The last sync of the connector that had begun when it was asked for, or said to be done: only later ones say anything.
    asked_sync integer not null,
    done_at integer,
    done_by text,
    -- What was read when its state was last seen to be another, in JSON.
    seen text,
    unique (plan_id, number)
);
create index plan_step_of_connector on plan_step (connector, state);

create table plan_step_event (
    id integer primary key,
    step_id integer not null references plan_step (id),
    at integer not null,
    state text not null,
    actor text,
    reason text,
    details text not null
);
create index plan_step_event_of_step on plan_step_event (step_id, id);

-- The sync whose reading last showed a listing to be complete: of one that was taken up from an interrupted sync that one, and not
-- the sync that made it current.
alter table listing add column complete_sync integer references sync (id);
alter table staged add column sync_id integer references sync (id);

-- A rule looks at its own findings, and there may be many others.
create index finding_of_rule on finding (rule);

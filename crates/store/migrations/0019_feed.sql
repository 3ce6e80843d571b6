-- The highest numbers of rows that were deleted with their connector. Whoever follows what happens remembers a number, so
-- that none may be given again.
create table number_given (
    what text primary key,
    number integer not null
);

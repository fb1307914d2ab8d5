-- A row grows twice, when its run begins and when it ends, and rows made together begin together: with two thirds of a
-- page left for that, both stay on their page and no index hears of it (10 % of the server's work, and the table is no
-- larger in the end). What a run wrote to its contact is small and stays in the row; only the long story of its steps
-- goes out of it.
alter table connector_executions set (fillfactor = 35, toast_tuple_target = 512);

-- A start brings an official template up to date where its file changed since the last one, and leaves alone what an
-- admin made of it in between.

alter table connector_templates add column shipped text;  -- the print of the file that was loaded last

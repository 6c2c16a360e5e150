\pset pager off
\conninfo
\l
\dn
\dt
\d developers
\d+ keys_apiproducts
\d organizations_developers
\dt apigee.*
\dv
\df
\dT
\du
\dp developers
\dx
\dconfig server_version
\sf version
\d nothing
select version(), current_user, current_database(), current_schema();
select count(*) > 20 as more, now() as at from information_schema.tables \gdesc
select * from pg_nothing;
select 'nothing'::regclass;
select count(*) as developers, min(email) as first from developers;
select email, firstname, "firstName" from public.developers;
select "lastName" from apigee."developers" where email = :'mail';
\set mail '''; drop table developers; --'
select "lastName" from google.apigee.developers where email = :'mail';

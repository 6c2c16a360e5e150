// One process for all of them: most of what a file of tests costs is to load the server.
import './mutation/bound.ts';
import './mutation/found.ts';
import './mutation/member.ts';
import './mutation/named.ts';
import './mutation/refused.ts';
import './mutation/revocation.ts';
import './mutation/value.ts';
import './mutation/with.ts';

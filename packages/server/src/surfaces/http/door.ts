import type { IncomingMessage, RequestListener } from 'node:http';
import type { Dialect } from '../../domain/dialect.ts';
import type { Organization } from '../../domain/organization.ts';

/** What the door found out about a request before it was routed. */
export interface DoorNote {
  /** The organization that the path names, read for this request. */
  readonly organization?: Organization | undefined;
  /** Why the organization could not be read; the route answers it in the dialect's shape. */
  readonly failure?: unknown;
}

const empty: DoorNote = {};
/** On the request itself: a WeakMap of all requests under way is work for the garbage collector. */
const noted = Symbol('note of the door');
/** `originalUrl` is where Fastify looks for it. */
type Noted = IncomingMessage & { [noted]?: DoorNote; originalUrl?: string };

/** The door's note on a request; empty where the path names no organization or a prefix chose the dialect. */
export function readDoorNote(request: IncomingMessage): DoorNote {
  return (request as Noted)[noted] ?? empty;
}

export interface DoorOptions {
  readonly findOrganization: (name: string) => Promise<Organization | undefined>;
  /** Answers `/v1/organizations` where no organization is known (CLAVIGER_DEFAULT_DIALECT). */
  readonly defaultDialect: Dialect;
}

/**
 * Stands before the router: sends `/v1/…` to the dialect of the organization's home, and turns the short spellings
 * `/o/` and `/e/` into the long ones, so that each route exists once (design.md, "Dialects"; compat/edge.md §1.1).
 * The URL as called stays in `originalUrl`.
 */
export function openDoor(options: DoorOptions, route: RequestListener): RequestListener {
  return (request, response) => {
    const url = request.url ?? '/';
    const target = readTarget(url);
    if (target === undefined) {
      route(request, response);
      return;
    }
    const go = (dialect: Dialect) => {
      request.url = `/${dialect}/v1${target.rest}`;
      (request as Noted).originalUrl = url;
      route(request, response);
    };
    if (target.dialect !== undefined) go(target.dialect);
    else if (target.organization === undefined) go(target.home ?? options.defaultDialect);
    else void findHome(options, request, target).then(go);
  };
}

interface Target {
  /** Chosen by a prefix. */
  readonly dialect?: Dialect | undefined;
  /** Chosen by the spelling, where no organization is known: `/v1/o/` answers as Edge. */
  readonly home?: Dialect | undefined;
  /** Name of the organization in the path. */
  readonly organization?: string | undefined;
  /** Path and query below `/v1`, in the long spelling. */
  readonly rest: string;
}

async function findHome(options: DoorOptions, request: IncomingMessage, target: Target): Promise<Dialect> {
  const fallback = target.home ?? options.defaultDialect;
  try {
    const organization = await options.findOrganization(target.organization ?? '');
    (request as Noted)[noted] = { organization };
    return organization?.dialect ?? fallback;
  } catch (failure) {
    (request as Noted)[noted] = { failure };
    return fallback;
  }
}

const managementPath = /^\/(?:(edge|x)\/)?v1(?=[/?]|$)/;
const organizationPath = /^\/(o|organizations)(?:\/([^/?:]+))?(?=[/?:]|$)/;
const auditPath = /^\/audits\/o(?=[/?]|$)/;
const environmentPath = /^(\/organizations\/[^/?]+)\/e(?=[/?]|$)/;

/** Undefined for what is not the management API. */
function readTarget(url: string): Target | undefined {
  const management = managementPath.exec(url);
  if (management === null) return undefined;
  const below = url.slice(management[0].length);
  const place = organizationPath.exec(below);
  const rest = place ? lengthenPath(below, place[1] ?? '') : below.replace(auditPath, '/audits/organizations');
  if (management[1] !== undefined) return { dialect: management[1] as Dialect, rest };
  // Users, roles of the plane and audits are spoken of by Edge clients only.
  if (place === null) return { home: 'edge', rest };
  return { home: place[1] === 'o' ? 'edge' : undefined, organization: decodeName(place[2]), rest };
}

function lengthenPath(path: string, spelling: string): string {
  const long = spelling === 'o' ? `/organizations${path.slice(2)}` : path;
  return long.replace(environmentPath, '$1/environments');
}

function decodeName(segment: string | undefined): string | undefined {
  if (segment === undefined || !segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import { actorKey, type Delegate, type PersonId } from '../../domain/shared/actor.ts';
import { isUuid } from '../../domain/shared/identifiers.ts';
import type { Authenticator } from './authentication.ts';
import { parseJson, readJsonBytes } from './json-body.ts';
import type { Limits } from './limits.ts';
import { networkOf } from './network.ts';
import { languageOf } from './problem-sentences.ts';
import { ProblemError, problemBody, statusOf } from './problems.ts';
import type { RequestNames } from './request-names.ts';
import { NoQuery } from './requests/page.ts';
import type { Answer, Call, Principal, RequestClass, Route } from './route.ts';
import { commonHeaders, send } from './send.ts';
import { validated, validatedQuery } from './validate.ts';

/** What is seen of a request from outside: a route's pattern, never its URL. */
export type Observation = {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
};

export type HttpDeps = {
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly names: RequestNames;
  /** As whom this person acts in somebody else's espace now; null: they have nothing to do there. */
  readonly standingOf: (person: PersonId, espace: PersonId) => Promise<Delegate | null>;
  readonly limits: Limits;
  readonly trustProxy: boolean;
  readonly observe: (observation: Observation) => void;
  /** Called with faults only: what nobody asked for. */
  readonly onFault: (requestId: string, error: unknown) => void;
};

type State = { requestId: string; route: string };

/**
 * The HTTP front: each row of the route table becomes a route that identifies, validates, handles and answers. What is
 * thrown below becomes a problem here and nowhere else.
 */
export const createApp = (deps: HttpDeps): Koa => {
  const app = new Koa({ proxy: deps.trustProxy, maxIpsCount: 1 });
  const sections = new Map<string, Koa.Middleware>();
  for (const [section, rows] of Map.groupBy(deps.routes, ({ path }) => sectionOf(path))) {
    if (section.startsWith(':')) throw new Error(`the routes of ${section} cannot be told apart by their section`);
    sections.set(section, routing(deps, rows));
  }

  app.use(async (ctx, next) => {
    const started = process.hrtime.bigint();
    const state = ctx.state as State;
    state.requestId = randomUUID();
    state.route = 'none';
    try {
      await next();
      if (state.route === 'none') {
        // The router names the methods of a known path for every method that it does not take, OPTIONS included.
        const isKnown = Boolean(ctx.response.get('Allow'));
        if (!isKnown) ctx.remove('Allow');
        throw new ProblemError(isKnown ? 'method-not-allowed' : 'not-found');
      }
    } catch (error) {
      sendProblem(deps, ctx, error);
    }
    deps.observe({
      requestId: state.requestId,
      method: ctx.method,
      route: state.route,
      status: ctx.status,
      seconds: Number(process.hrtime.bigint() - started) / 1e9,
    });
  });
  app.use((ctx, next) => sections.get(sectionOf(ctx.path))?.(ctx, next) ?? next());
  // Streams that break while they are sent end here, once the answer has begun.
  app.on('error', (error: NodeJS.ErrnoException, ctx?: Context) => {
    if (!isClientLeaving(error)) deps.onFault((ctx?.state as State | undefined)?.requestId ?? '', error);
  });
  return app;
};

/** A client that goes away in the middle is no fault, and must not be able to bury the log. */
const isClientLeaving = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) || code.startsWith('HPE_');

/**
 * Of an espace the segment after its id: `documents` of `/v1/espaces/:espace/documents/:document`; elsewhere the one after
 * the version: `directory` of `/v1/directory/structures`. Each section has a router of its own, because a router tries all
 * of its patterns on every request.
 */
const sectionOf = (path: string): string => {
  const [, , area = '', , part = ''] = path.toLowerCase().split('/', 5);
  return area === 'espaces' ? part : area;
};

const routing = (deps: HttpDeps, rows: readonly Route[]): Koa.Middleware => {
  const router = new Router({ exclusive: false });
  for (const row of rows)
    router.register(row.path, [row.method], async (ctx: Context) => {
      ctx.state.route = row.path;
      send(ctx, (ctx.state as State).requestId, await serve(deps, row, ctx));
    });
  const routes = router.routes() as Koa.Middleware;
  const allowedMethods = router.allowedMethods() as Koa.Middleware;
  return (ctx, next) => routes(ctx, () => allowedMethods(ctx, next));
};

const serve = async (deps: HttpDeps, row: Route, ctx: Context): Promise<Answer> => {
  const network = networkOf(ctx.ip);
  if (row.audience === 'anonymous') await deps.limits.anonymous(network, ctx.set.bind(ctx));
  const identify = () => deps.authenticator.identify(row.audience, name => ctx.get(name) || null);
  const principal = await withStanding(deps, await identify(), (ctx.params as Record<string, string>).espace);
  const hasBody = row.body !== undefined;
  const bytes = hasBody ? await readJsonBytes(ctx.req) : EMPTY;
  const call: Call = {
    principal,
    params: ctx.params as Record<string, string>,
    query: queryOf(row.query ?? NoQuery, ctx.querystring),
    body: row.body ? validated(row.body, parseJson(bytes, ctx.req.headers['content-type'])) : undefined,
    header: name => ctx.get(name) || null,
    language: languageOf(ctx.get('Accept-Language') || null),
    request: content => deps.names.nameOf(ctx, principalKey(principal), bytes, content),
    isStillIdentified: () =>
      identify().then(
        () => true,
        () => false,
      ),
    network,
    raw: ctx.req,
  };
  return row.audience === 'anonymous' ? deps.limits.guessing(network, () => row.handle(call)) : row.handle(call);
};

/** A holder in an espace that is not theirs acts there as somebody's representative or carer, or not at all. */
const withStanding = async (deps: HttpDeps, principal: Principal, named: string | undefined): Promise<Principal> => {
  const espace = named?.toLowerCase() ?? '';
  if (principal.kind !== 'holder' || principal.personId === espace || !isUuid(espace)) return principal;
  const actor = await deps.standingOf(principal.personId, espace);
  return actor === null ? principal : { ...principal, standing: { espace, actor } };
};

const EMPTY = Buffer.alloc(0);
/** What a request without a query says, by its class: most say nothing, and validation takes longer than all of the rules. */
const unsaid = new Map<RequestClass, object>();

const queryOf = (Query: RequestClass, text: string): object => {
  const known = text === '' ? unsaid.get(Query) : undefined;
  if (known !== undefined) return known;
  const query = Object.freeze(validatedQuery(Query, new URLSearchParams(text)));
  if (text === '') unsaid.set(Query, query);
  return query;
};

/** Whose keys are told apart from those of others; null: nobody is identified. */
const principalKey = (principal: Principal): string | null => {
  switch (principal.kind) {
    case 'anonymous':
      return null;
    case 'enrolling':
    case 'holder':
      return `person:${principal.personId}`;
    case 'staff':
      return actorKey(principal.actor);
    case 'any-activity':
      return `professional:${principal.identity.rpps}`;
    case 'professional':
      return principal.asker.actor.kind === 'professional' ? `professional:${principal.asker.actor.rpps}` : 'other';
  }
};

const sendProblem = (deps: HttpDeps, ctx: Context, error: unknown): void => {
  const { requestId } = ctx.state as State;
  const problem = error instanceof ProblemError ? error : new ProblemError(codeOf(error));
  const status = statusOf(problem.code);
  // Being busy is no fault; a content that is not there is one, although it has a problem of its own.
  if (status === 500) deps.onFault(requestId, error);
  ctx.status = status;
  ctx.set({ ...commonHeaders(requestId), ...problem.headers });
  if (status === 401) ctx.set('WWW-Authenticate', 'Bearer');
  // The rest of a body nobody will read must not be taken for the next request.
  if (!ctx.req.complete) ctx.set('Connection', 'close');
  ctx.body = JSON.stringify(
    problemBody(problem, languageOf(ctx.get('Accept-Language') || null), `urn:uuid:${requestId}`),
  );
  ctx.type = 'application/problem+json; charset=utf-8';
};

/** Errors below that have a problem of their own; any other is a fault. */
const CODE_OF: Readonly<Record<string, string>> = {
  ContentDamagedError: 'content-damaged',
  ContentTooLargeError: 'file-too-large',
  EventStoreOverloadedError: 'busy',
  NotNotedError: 'stream-busy',
};

const codeOf = (error: unknown): string => (error instanceof Error && CODE_OF[error.name]) || 'fault';

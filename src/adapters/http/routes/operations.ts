import { ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';

/** For those who run it. */
export const operationRoutes = (deps: {
  /** What is not ready, by name; empty: everything is. */
  readonly notReady: () => Promise<readonly string[]>;
  /** What others let down, by name; those who do not need it are served. */
  readonly degraded: () => readonly string[];
  /** Prometheus text. */
  readonly metrics: () => Promise<{ readonly mediaType: string; readonly text: string }>;
}): readonly Route[] => [
  route({
    method: 'GET',
    path: '/healthz',
    operation: 'getHealth',
    tag: 'Operations',
    summary: 'The process answers',
    audience: 'open',
    answers: { 200: 'Health' },
    handle: async () => ({ status: 200, body: { status: 'ok' } }),
  }),
  route({
    method: 'GET',
    path: '/readyz',
    operation: 'getReadiness',
    tag: 'Operations',
    summary: 'The stores are reachable and the reactors have caught up',
    audience: 'open',
    answers: { 200: 'Readiness' },
    problems: ['busy'],
    async handle() {
      const waiting = await deps.notReady();
      if (waiting.length > 0) throw new ProblemError('busy');
      // Not a reason to take the node out: holders are served without it, and every other node lacks it too.
      const degraded = deps.degraded();
      return { status: 200, body: { status: 'ok', ...(degraded.length > 0 ? { degraded } : {}) } };
    },
  }),
  route({
    method: 'GET',
    path: '/metrics',
    operation: 'getMetrics',
    tag: 'Operations',
    summary: 'Figures for Prometheus; nothing in them names anybody',
    audience: 'open',
    answers: { 200: 'text/plain' },
    async handle() {
      const { mediaType, text } = await deps.metrics();
      return { status: 200, content: { mediaType, bytes: text } };
    },
  }),
];

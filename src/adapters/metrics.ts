import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Figures of one process. Labels are route patterns, operations and statuses: never an id, a name or a URL. */
export interface Metrics {
  request(observed: { method: string; route: string; status: number; seconds: number }): void;
  storeOperation(operation: string, seconds: number, outcome: string): void;
  failure(reactor: string): void;
  text(): Promise<{ readonly mediaType: string; readonly text: string }>;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const operations = new Histogram({
    name: 'event_store_operation_duration_seconds',
    help: 'Time of one call of the event store',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'reactor_failures_total',
    help: 'Times a reactor could not act on an event and will try again',
    labelNames: ['reactor'],
    registers,
  });
  return {
    request: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    storeOperation: (operation, seconds, outcome) => operations.observe({ operation, outcome }, seconds),
    failure: reactor => failures.inc({ reactor }),
    text: async () => ({ mediaType: registry.contentType, text: await registry.metrics() }),
  };
};

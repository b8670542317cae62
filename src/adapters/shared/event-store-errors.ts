/** The store was closed by its owner. */
export class EventStoreClosedError extends Error {
  constructor() {
    super('the event store is closed');
    this.name = 'EventStoreClosedError';
  }
}

/** The store cannot go on (its writer died); only opening it again helps. */
export class EventStoreBrokenError extends Error {
  constructor(reason: string) {
    super(`the event store is broken: ${reason}`);
    this.name = 'EventStoreBrokenError';
  }
}

/** Too much waits to be committed already; nothing was written, and the same append may be sent again later. */
export class EventStoreOverloadedError extends Error {
  constructor(limit: string) {
    super(`the event store is overloaded: ${limit} wait to be committed`);
    this.name = 'EventStoreOverloadedError';
  }
}

/** One append larger than the store takes; nothing was written, and repeating it is useless. */
export class AppendTooLargeError extends Error {
  constructor(maxBytes: number) {
    super(`one append holds more than ${maxBytes} bytes of event data`);
    this.name = 'AppendTooLargeError';
  }
}

/** The commit did not succeed, e.g. the disk is full or another process kept the file locked. The outcome is unknown. */
export class CommitFailedError extends Error {
  constructor(reason: string) {
    super(`the events could not be committed: ${reason}`);
    this.name = 'CommitFailedError';
  }
}

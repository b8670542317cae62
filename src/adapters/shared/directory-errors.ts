/** The directory was closed by its owner. */
export class DirectoryClosedError extends Error {
  constructor() {
    super('the directory is closed');
    this.name = 'DirectoryClosedError';
  }
}

/** A draft that was published or discarded takes nothing more. */
export class DraftEndedError extends Error {
  constructor() {
    super('this edition of the directory was published or discarded');
    this.name = 'DraftEndedError';
  }
}

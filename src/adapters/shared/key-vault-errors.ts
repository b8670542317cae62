/** The vault was closed by its owner. */
export class KeyVaultClosedError extends Error {
  constructor() {
    super('the key vault is closed');
    this.name = 'KeyVaultClosedError';
  }
}

/** The vault's file was made under another master key than the one given. */
export class WrongMasterKeyError extends Error {
  constructor() {
    super('the key vault was made under another master key');
    this.name = 'WrongMasterKeyError';
  }
}

/** A stored key does not open under the master key: its row was changed, or belongs to somebody else. */
export class StoredKeyDamagedError extends Error {
  constructor() {
    super('a stored key does not open under the master key: damaged or replaced');
    this.name = 'StoredKeyDamagedError';
  }
}

/** Too many new keys wait to be stored already; none was made for this call, and it may be repeated later. */
export class KeyVaultOverloadedError extends Error {
  constructor(maxWaiting: number) {
    super(`the key vault is overloaded: ${maxWaiting} new keys wait to be stored`);
    this.name = 'KeyVaultOverloadedError';
  }
}

/** The only source of chance; in tests it is a sequence. */
export interface Random {
  /** UUID, version 4, lower case. */
  uuid(): string;
  /** `count` bytes that nobody can foresee. */
  bytes(count: number): Uint8Array;
}

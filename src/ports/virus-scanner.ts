export type Verdict = 'clean' | 'infected';

export interface VirusScanner {
  /**
   * Reads `bytes` as they come in; it may stop early once it knows. Rejects when no verdict can be had, also within the
   * scanner's own time limit: the file is then not taken.
   */
  scan(bytes: AsyncIterable<Uint8Array>): Promise<Verdict>;
}

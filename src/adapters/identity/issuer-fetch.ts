/** For each answer of the issuer, its body included. */
const TIMEOUT_MS = 5_000;
/** Discovery, keys, one professional's claims: some kilobytes each. */
const MAX_ANSWER_BYTES = 262_144;

/** The issuer cannot be asked now, or answers what an issuer does not. */
export class IssuerUnreachableError extends Error {
  constructor(options?: ErrorOptions) {
    super('the issuer of professional tokens cannot be asked', options);
    this.name = 'IssuerUnreachableError';
  }
}

/** The issuer does not take the token it was shown. */
export class TokenRefusedByIssuerError extends Error {
  constructor() {
    super('the issuer refuses its token');
    this.name = 'TokenRefusedByIssuerError';
  }
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** What is read there decides who somebody is, so nobody in between may change it: `https:`, or this very machine. */
export const isSafeAddress = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOCAL_HOSTS.includes(hostname));

/**
 * The JSON object at `url`. No redirection is followed: the address was checked, another was not. Rejects with
 * `IssuerUnreachableError`, or `TokenRefusedByIssuerError` where `token` was shown and is not taken.
 */
export const fetchFromIssuer = async (url: URL, token: string | null = null): Promise<Record<string, unknown>> => {
  if (!isSafeAddress(url)) throw new IssuerUnreachableError();
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json', ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw token !== null && [401, 403].includes(response.status)
        ? new TokenRefusedByIssuerError()
        : new IssuerUnreachableError();
    }
    const value: unknown = JSON.parse(await textOf(response));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new IssuerUnreachableError();
    return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof TokenRefusedByIssuerError || error instanceof IssuerUnreachableError) throw error;
    throw new IssuerUnreachableError({ cause: error });
  }
};

const textOf = async (response: Response): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Left early, the loop cancels the body.
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > MAX_ANSWER_BYTES) throw new IssuerUnreachableError();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

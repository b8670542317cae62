import { type IssuerKeys, publishedKeys } from './issuer-keys.ts';
import { createKeptAnswer } from './kept-answer.ts';
import { discover } from './openid-discovery.ts';
import { createUserinfo, type Userinfo } from './userinfo.ts';

/** Addresses change hardly ever; where the issuer cannot be asked, those of yesterday will do. */
const METADATA_FRESH_MS = 3_600_000;
const METADATA_KEPT_MS = 86_400_000;
const RETRY_AFTER_MS = 5_000;

/** What is to be had from the issuer of professional tokens. `userinfo`: null where there is none. */
export type OpenIdIssuer = { readonly keys: IssuerKeys; readonly userinfo: Userinfo | null };

/** An OpenID Connect provider, known by its issuer alone. `jwksUrl`: its keys, where they are not to be discovered. */
export const createOpenIdIssuer = (settings: {
  readonly issuer: string;
  readonly jwksUrl: URL | null;
}): OpenIdIssuer => {
  const { issuer, jwksUrl } = settings;
  const metadata = createKeptAnswer({
    fetch: () => discover(issuer),
    freshMs: METADATA_FRESH_MS,
    keptMs: METADATA_KEPT_MS,
    retryAfterMs: RETRY_AFTER_MS,
  });
  return {
    keys: publishedKeys(async at => jwksUrl ?? (await metadata.get(at)).jwksUrl),
    userinfo: createUserinfo(async at => (await metadata.get(at)).userinfoUrl),
  };
};

import {
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  DEVELOPMENT_STAFF_AUDIENCE,
  DEVELOPMENT_STAFF_ISSUER,
  type DevelopmentIssuer,
} from './adapters/identity/development-issuer.ts';
import type { TrustedIssuer } from './adapters/identity/issued-token.ts';
import { fixedKeys, publishedKeys } from './adapters/identity/issuer-keys.ts';
import { createOpenIdIssuer, type OpenIdIssuer } from './adapters/identity/openid-issuer.ts';
import type { Config } from './config.ts';

/** Whose tokens are a professional's. `issuer`: that of the tests, where the configuration wants it. */
export const professionalSettings = (
  config: Config,
  issuer: DevelopmentIssuer | null,
): { readonly issuer: string; readonly audience: string } & OpenIdIssuer => {
  const { professionals } = config;
  if (professionals.kind === 'pro-sante-connect')
    return {
      issuer: professionals.issuer,
      audience: professionals.audience,
      ...createOpenIdIssuer({ issuer: professionals.issuer, jwksUrl: professionals.jwksUrl }),
    };
  if (issuer === null) throw new Error('there is no issuer of professional tokens');
  return {
    issuer: DEVELOPMENT_ISSUER,
    audience: DEVELOPMENT_AUDIENCE,
    keys: fixedKeys(issuer.jwks()),
    userinfo: null,
  };
};

/** Null: nobody is staff. */
export const staffSettings = (config: Config, issuer: DevelopmentIssuer | null): TrustedIssuer | null => {
  const { staff } = config;
  if (staff.kind === 'issuer')
    return { issuer: staff.issuer, audience: staff.audience, keys: publishedKeys(async () => staff.jwksUrl) };
  if (staff.kind === 'nobody' || issuer === null) return null;
  return {
    issuer: DEVELOPMENT_STAFF_ISSUER,
    audience: DEVELOPMENT_STAFF_AUDIENCE,
    keys: fixedKeys(issuer.jwks()),
  };
};

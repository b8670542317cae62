import type { IncomingMessage } from 'node:http';
import type { Asker } from '../../application/records.ts';
import type { Request } from '../../application/stream-handler.ts';
import type { Delegate, PersonId, Staff } from '../../domain/shared/actor.ts';
import type { ProfessionalIdentity } from '../../ports/professional-verifier.ts';
import type { Language } from './problem-sentences.ts';

/** Who is behind a request, as its token says. */
export type Principal =
  | { readonly kind: 'anonymous' }
  /** Identified, not yet (or not only) a member: may finish the enrolment and nothing else. */
  | { readonly kind: 'enrolling'; readonly personId: PersonId; readonly verification: string }
  /** `standing`: as whom they act in the espace of the path, where it is not their own. */
  | {
      readonly kind: 'holder';
      readonly personId: PersonId;
      readonly sessionId: string;
      readonly standing?: { readonly espace: PersonId; readonly actor: Delegate };
    }
  | { readonly kind: 'professional'; readonly asker: Asker }
  /** A professional of whom it is not yet said in what capacity they act. */
  | { readonly kind: 'any-activity'; readonly identity: ProfessionalIdentity }
  | { readonly kind: 'staff'; readonly actor: Staff };

/**
 * Whose token a route takes. `open`: none, and unlimited; `anonymous`: none, limited by address; `reader`: a holder's or a
 * professional's; `person`: that of somebody the service is for, signed in or only identified; `any-activity`: a
 * professional's, whichever capacity they act in; `any-reader`: a holder's or, likewise, a professional's.
 */
export type Audience =
  | 'open'
  | 'anonymous'
  | 'enrolling'
  | 'holder'
  | 'professional'
  | 'reader'
  | 'person'
  | 'any-activity'
  | 'any-reader'
  | 'support'
  | 'fund';

/** One request, understood. `B` and `Q`: the validated body and query. */
export type Call<B = unknown, Q = unknown> = {
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  readonly header: (name: string) => string | null;
  readonly language: Language;
  /** Names the request for repeat safety; `content` adds what the body alone does not say (a file's digest). */
  readonly request: (content?: string) => Request;
  /** Asks again who it is, long after: false once the token or its session has come to its end. */
  readonly isStillIdentified: () => Promise<boolean>;
  /** Of the client (`networkOf`), for limits only. */
  readonly network: string;
  readonly raw: IncomingMessage;
};

export type Answer = {
  readonly status: number;
  /** JSON, or a media type with its bytes. */
  readonly body?: object;
  readonly content?: {
    readonly mediaType: string;
    readonly bytes: AsyncIterable<Uint8Array | string> | Uint8Array | string;
  };
  readonly headers?: Readonly<Record<string, string>>;
};

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
// biome-ignore lint/suspicious/noExplicitAny: class-validator classes take no arguments and hold what they declare
export type RequestClass<T = any> = new () => T;

/** One row of the API: the router, the validation and the OpenAPI document are all made from it. */
export type Route = {
  readonly method: Method;
  /** In the router's notation, e.g. `/v1/espaces/:espace`. */
  readonly path: string;
  /** Unique, camelCase; the name a generated client gives it. */
  readonly operation: string;
  readonly tag: string;
  readonly summary: string;
  readonly audience: Audience;
  readonly query?: RequestClass;
  readonly body?: RequestClass;
  /** Takes a file instead of JSON, described by this class. */
  readonly upload?: RequestClass;
  /** Status → name of a schema, a media type for bytes, or null for no body. */
  readonly answers: Readonly<Record<number, string | null>>;
  /** Codes of the problems worth naming; 400, 401, 404 and 500 go without saying. */
  readonly problems?: readonly string[];
  readonly handle: (call: Call) => Promise<Answer>;
};

/** Gives `handle` the types of the classes it names. */
export const route = <B = undefined, Q = undefined>(
  row: Omit<Route, 'handle' | 'body' | 'query'> & {
    readonly body?: RequestClass<B>;
    readonly query?: RequestClass<Q>;
    readonly handle: (call: Call<B, Q>) => Promise<Answer>;
  },
): Route => row as unknown as Route;

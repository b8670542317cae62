/** What an event may carry: a `Date`, a function or `undefined` does not compile, so memory and disk hold the same thing. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export type Filter = {
  readonly on: 'type' | 'stream';
  readonly regex: RegExp | null;
  readonly prefixes: readonly string[];
};

export const isAllowed = (filter: Filter, event: { readonly type: string; readonly stream: string }): boolean => {
  const text = filter.on === 'type' ? event.type : event.stream;
  if (filter.regex !== null) return filter.regex.test(text);
  return filter.prefixes.some(prefix => text.startsWith(prefix));
};

/** The version of something as the asker sees it now, and those, separated by commas, that they would change. */
export type IfMatch<S> = { readonly wanted: string; readonly current: (state: S) => string };

/** The version it has, where that is none of those wanted; null where it is, or where none was named. */
export const staleVersion = <S>(ifMatch: IfMatch<S> | undefined, state: S): string | null => {
  if (ifMatch === undefined) return null;
  const current = ifMatch.current(state);
  return ifMatch.wanted.split(',').some(tag => tag.trim() === current) ? null : current;
};

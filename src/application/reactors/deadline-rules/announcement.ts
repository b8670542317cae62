import { awaitsTelling } from '../../../domain/document/document.ts';
import type { RecordEvent } from '../../../domain/record/record.ts';
import { plusDays, plusOneMonth } from '../../../domain/shared/time.ts';
import type { Records } from '../../records.ts';
import type { DeadlineRule } from '../deadlines.ts';
import { carriedOut, espaceOf } from './carried-out.ts';

/** R.1111-53: the holder is told after two weeks, and sees the document after one month. */
const TELL_AFTER_DAYS = 14;
/** Until the espace is open again, so that they can look. Decided: the text does not think of it. */
const TELL_AGAIN_AFTER_DAYS = 1;

const TYPES = ['DocumentHiddenFromHolder', 'DocumentRevealedToHolder', 'DocumentDeleted'] as const;

/** A document kept for a consultation of announcement does not stay hidden for ever. */
export const announcementDeadlines = (records: Records): DeadlineRule => ({
  kinds: ['tell-holder', 'reveal-document'],
  types: TYPES,

  deadlinesOf(recorded) {
    const event = recorded as unknown as RecordEvent & { readonly type: (typeof TYPES)[number] };
    const about = { espace: espaceOf(recorded), subject: event.data.documentId };
    const tell = { ...about, kind: 'tell-holder' };
    const reveal = { ...about, kind: 'reveal-document' };
    switch (event.type) {
      case 'DocumentHiddenFromHolder':
        return {
          set: [
            { ...tell, dueAt: plusDays(event.at, TELL_AFTER_DAYS) },
            { ...reveal, dueAt: plusOneMonth(event.at) },
          ],
          cancel: [],
        };
      case 'DocumentRevealedToHolder':
        // Where it came by itself, the holder is perhaps still to be told.
        return { set: [], cancel: event.data.by.kind === 'system' ? [reveal] : [tell, reveal] };
      case 'DocumentDeleted':
        return { set: [], cancel: [tell, reveal] };
    }
  },

  async carryOut({ kind, espace, subject: documentId }, request, now) {
    await carriedOut(records, espace, request, (at, by) => ({
      module: 'document',
      command:
        kind === 'tell-holder'
          ? { type: 'tell-holder', at, by, documentId }
          : { type: 'set-visibility', at, by, documentId, visibility: { hiddenFromHolderUntilAnnounced: false } },
    }));
    if (kind !== 'tell-holder') return null;
    const { state } = await records.load(espace);
    // Whether they were told, not whether the espace is open: it may have been opened since the change was decided.
    const document = state.documents.get(documentId);
    return document && awaitsTelling(document) && state.espace.status !== 'deceased'
      ? plusDays(now, TELL_AGAIN_AFTER_DAYS)
      : null;
  },
});

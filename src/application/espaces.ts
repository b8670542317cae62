import type { Espaces } from './enrolment/espaces.ts';
import { derivedId } from './ids.ts';
import type { Changed, Records } from './records.ts';

const outcomeOf = (changed: Changed) =>
  changed.ok ? ({ ok: true } as const) : ({ ok: false, refusal: changed.refusal as never } as const);

/** What enrolment and sign-in do to the espace of the person, on its one stream. */
export const createEspaces = (records: Records): Espaces => ({
  register: async (personId, identity, request) =>
    outcomeOf(
      await records.change(personId, request, at => ({
        module: 'espace',
        command: { type: 'register', at, identity },
      })),
    ),

  create: async (personId, identity, request) =>
    outcomeOf(
      await records.change(personId, request, at => ({ module: 'espace', command: { type: 'create', at, identity } })),
    ),

  activate: async (personId, accepted, request) =>
    outcomeOf(
      await records.change(personId, request, at => ({
        module: 'espace',
        command: { type: 'activate', at, ...accepted },
      })),
    ),

  async oppose(personId, request) {
    const reference = derivedId(request.id, `opposition ${personId}`);
    const changed = await records.change(personId, request, at => ({
      module: 'espace',
      command: { type: 'oppose', at, reference },
    }));
    if (!changed.ok) return { ok: false, refusal: changed.refusal as never };
    const { opposition } = changed.state.espace;
    if (opposition === null) throw new Error('an opposed espace has no opposition');
    return { ok: true, ...opposition };
  },

  status: async personId => (await records.load(personId)).state.espace.status,

  recordSignIn: (personId, { outcome, reason, channel, locked }, request) =>
    records.note(personId, request, at =>
      outcome === 'SUCCESS'
        ? { type: 'HolderSignedIn', at, data: { channel } }
        : { type: 'HolderSignInFailed', at, data: { reason: reason ?? 'PASSWORD', channel, locked } },
    ),

  noteAccount: (personId, note, request) => records.note(personId, request, at => ({ ...note, at })),
});

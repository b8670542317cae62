import { idleDelegates } from '../../../application/delegation/delegates.ts';
import { readersOf } from '../../../application/readers.ts';
import type { Records } from '../../../application/records.ts';
import { judge } from '../../../domain/access/judge.ts';
import type { Document } from '../../../domain/document/document.ts';
import { isKeptFromRepresentatives, type RecordState } from '../../../domain/record/state.ts';
import type { PersonId } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import { askerOf, idIn, permitted } from '../asking.ts';
import { presentReaders } from '../presenters.ts';
import { ProblemError } from '../problems.ts';
import { AtQuery, Explain, ExplainedActor } from '../requests/access.ts';
import { instantOf } from '../requests/constraints.ts';
import { type Call, type Route, route } from '../route.ts';
import { validated } from '../validate.ts';

const BASE = '/v1/espaces/:espace';

/** Who could read what, and why: now, or on a past day. */
export const explanationRoutes = ({ records }: { readonly records: Records }): readonly Route[] => {
  /**
   * A document and all that decides on it, now or at an instant asked for; the asking is judged now. What the holder must
   * not know of today is as unknown as what never was; what they may know of by now they may ask about from the start.
   */
  const documentAt = async (
    call: Call,
    espace: PersonId,
    documentId: string,
    wanted: string | undefined,
  ): Promise<{
    readonly state: RecordState;
    readonly document: Document;
    readonly at: Instant;
    /** Null: now. */
    readonly past: Instant | null;
  }> => {
    const asker = askerOf(call.principal, espace);
    const now = await permitted(records, espace, call.request(), asker, { action: 'explain-access' });
    const past = wanted === undefined || instantOf(wanted) >= now.at ? null : instantOf(wanted);
    const state = past === null ? now.state : await records.loadAt(espace, past);
    const document = state.documents.get(documentId);
    const newest = now.state.documents.get(documentId) ?? document;
    if (document === undefined || newest?.announcement !== null) throw new ProblemError('not-found');
    // A secret of a minor is not shown by asking about a day on which it was none.
    const isSecret = newest.hiddenFromRepresentatives || isKeptFromRepresentatives(now.state, documentId);
    if (asker.actor.kind !== 'holder' && isSecret) throw new ProblemError('not-found');
    return { state, document, at: past ?? now.at, past };
  };

  return [
    route({
      method: 'POST',
      path: `${BASE}/access/explain`,
      operation: 'explainAccess',
      tag: 'Access',
      summary: 'Would this actor be let read this document, now or at a past instant, by which rule and on which facts',
      audience: 'reader',
      body: Explain,
      answers: { 200: 'Explanation' },
      async handle(call) {
        const espace = idIn(call, 'espace');
        const actor = validated(ExplainedActor, call.body.actor, 'actor');
        const documentId = call.body.document.toLowerCase();
        const { state, at } = await documentAt(call, espace, documentId, call.body.at);
        const verdict = judge(
          {
            actor: {
              kind: 'professional',
              rpps: actor.rpps,
              name: '',
              profession: actor.profession,
              specialty: actor.specialty ?? null,
              organisation: actor.organisation ?? null,
              organisationName: null,
              sector: actor.sector ?? null,
              regulation: actor.regulation ?? false,
            },
            action: 'read-content',
            purpose: call.body.purpose ?? 'TREAT',
            reason: call.body.reason ?? null,
            documentId,
            target: null,
            evidence: null,
            patientInformed: false,
            at,
          },
          state,
        );
        const { permit, rule, facts } = verdict;
        return {
          status: 200,
          body: {
            verdict: permit ? 'PERMIT' : 'DENY',
            at,
            rule: rule.id,
            ruleText: rule.says[call.language],
            legalBasis: rule.legalBasis,
            basis: rule.basis,
            facts,
          },
        };
      },
    }),
    route({
      method: 'GET',
      path: `${BASE}/documents/:document/readers`,
      operation: 'getReaders',
      tag: 'Documents',
      summary: 'Who can read this document, now or at a past instant, and by which rule',
      audience: 'reader',
      query: AtQuery,
      answers: { 200: 'Readers' },
      async handle(call) {
        const espace = idIn(call, 'espace');
        const { state, document, at, past } = await documentAt(call, espace, idIn(call, 'document'), call.query.at);
        const readers = readersOf(state, document, espace, at, await idleDelegates({ records }, state, past));
        return { status: 200, body: { at, ...presentReaders(readers, call.language) } };
      },
    }),
  ];
};

import { describe, it } from 'vitest';
import {
  type AttachmentCommand,
  type AttachmentEvent,
  type AttachmentRefusal,
  type AttachmentsState,
  decideAttachments,
  evolveAttachments,
  initialAttachments,
  MAX_ATTACHMENTS,
  MAX_HELPED,
  MAX_OFFERS,
} from '../../src/domain/delegation/attachments.ts';
import type { Relation } from '../../src/domain/delegation/delegation.ts';
import { given as givenOf } from '../support/decider-spec.ts';

/*
 * Mutants that these tests kill: a sixth place; children counted among those helped, or without any limit; a place claimed
 * twice; an offer that takes a place; a release that frees another's place, or is refused; an offer after a claim that
 * gives the place away.
 */

const at = '2026-11-20T08:30:00.000Z';
const decider = { initial: initialAttachments, evolve: evolveAttachments, decide: decideAttachments };
const given = (...history: readonly AttachmentEvent[]) =>
  givenOf<AttachmentsState, AttachmentCommand, AttachmentEvent, AttachmentRefusal>(decider, history);

const data = (number: number, relation: Relation = 'CARER') => ({
  delegationId: `delegation-${number}`,
  espace: `espace-${number}`,
  relation,
});
const many = (type: 'DelegationOffered' | 'DelegationReserved', count: number, relation: Relation = 'CARER') =>
  Array.from({ length: count }, (_, index): AttachmentEvent => ({ type, at, data: data(index + 1, relation) }));
const reserve = (number: number, relation?: Relation) => ({ type: 'reserve', at, ...data(number, relation) }) as const;
const offer = (number: number) => ({ type: 'offer', at, ...data(number) }) as const;
const release = (number: number) => ({ type: 'release', at, delegationId: `delegation-${number}` }) as const;
const released = (number: number): AttachmentEvent => ({
  type: 'DelegationReleased',
  at,
  data: { delegationId: `delegation-${number}` },
});

describe('a place', () => {
  it('is claimed once', () => {
    given()
      .when(reserve(1))
      .gives({ type: 'DelegationReserved', at, data: data(1) });
    given(...many('DelegationReserved', 1))
      .when(reserve(1))
      .gives();
  });
  it('is one of five', () => {
    given(...many('DelegationReserved', MAX_HELPED))
      .when(reserve(9))
      .refuses('too-many-helped');
    given(...many('DelegationReserved', MAX_HELPED), released(2))
      .when(reserve(9))
      .gives({ type: 'DelegationReserved', at, data: data(9) });
  });
  it('is not taken by an offer, nor by a child', () => {
    given(...many('DelegationOffered', MAX_HELPED), ...many('DelegationReserved', MAX_HELPED, 'PARENT'))
      .when(reserve(9))
      .gives({ type: 'DelegationReserved', at, data: data(9) });
  });
  it('of any kind is one of many', () => {
    given(...many('DelegationReserved', MAX_ATTACHMENTS, 'PARENT'))
      .when(reserve(99, 'PARENT'))
      .refuses('too-many-helped');
  });
  it('is given back, once', () => {
    given(...many('DelegationReserved', 2))
      .when(release(1))
      .gives(released(1));
    given(...many('DelegationReserved', 1), released(1))
      .when(release(1))
      .gives();
  });
});

describe('an offer', () => {
  it('is noted once, and not after it was taken', () => {
    given()
      .when(offer(1))
      .gives({ type: 'DelegationOffered', at, data: data(1) });
    given(...many('DelegationOffered', 1))
      .when(offer(1))
      .gives();
    given(...many('DelegationReserved', 1))
      .when(offer(1))
      .gives();
  });
  it('is one of many', () =>
    given(...many('DelegationOffered', MAX_OFFERS))
      .when(offer(99))
      .refuses('too-many-offers'));
});

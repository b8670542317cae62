import { type EnrolmentState, isVerified } from '../../domain/enrolment/enrolment.ts';
import type { Instant } from '../../domain/shared/time.ts';
import { isAttachedChild } from '../delegation/children.ts';

export type NotOwnAffairs = 'identity-not-verified' | 'minor-represented';

/**
 * Why whoever shows the enrolment token of `verification` cannot see to the person's affairs; null: they can.
 * `minor-represented`: the parents act for a child until majority, whoever has the card and reads the child's messages.
 */
export const notOwnAffairs = (state: EnrolmentState, verification: string, at: Instant): NotOwnAffairs | null => {
  if (!state.person || !isVerified(state, verification, at)) return 'identity-not-verified';
  return isAttachedChild(state.person, at) ? 'minor-represented' : null;
};

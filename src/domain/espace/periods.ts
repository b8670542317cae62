/** Sent the invitation, and not opposed in six weeks: the espace opens by itself (R.1111-28, L.1111-13-1). */
export const OPENING_DAYS = 42;

/** A suspension that nobody objected to in six weeks closes the espace (R.1111-36). */
export const OBJECTION_DAYS = 42;

/** What was deposited is kept for ten years after the closure, then erased (R.1111-36, L.1111-18). */
export const ARCHIVE_YEARS = 10;

/** The holder who asks for it has everything erased within three months (R.1111-36); some days are kept for an outage. */
export const ERASURE_DAYS = 85;

import 'reflect-metadata';
import type { Route } from '../../src/adapters/http/route.ts';
import { accessRoutes } from '../../src/adapters/http/routes/access.ts';
import { delegationRoutes } from '../../src/adapters/http/routes/delegations.ts';
import { developmentRoutes } from '../../src/adapters/http/routes/development.ts';
import { directoryRoutes } from '../../src/adapters/http/routes/directory.ts';
import { documentChangeRoutes } from '../../src/adapters/http/routes/document-changes.ts';
import { documentationRoutes } from '../../src/adapters/http/routes/documentation.ts';
import { documentRoutes } from '../../src/adapters/http/routes/documents.ts';
import { enrolmentRoutes } from '../../src/adapters/http/routes/enrolment.ts';
import { espaceRoutes } from '../../src/adapters/http/routes/espaces.ts';
import { explanationRoutes } from '../../src/adapters/http/routes/explanations.ts';
import { fundRoutes } from '../../src/adapters/http/routes/fund.ts';
import { guardianshipRoutes } from '../../src/adapters/http/routes/guardianships.ts';
import { invitationRoutes } from '../../src/adapters/http/routes/invitations.ts';
import { journalRoutes } from '../../src/adapters/http/routes/journal.ts';
import { operationRoutes } from '../../src/adapters/http/routes/operations.ts';
import { professionalIdentityRoutes } from '../../src/adapters/http/routes/professional-identity.ts';
import { sessionRoutes } from '../../src/adapters/http/routes/sessions.ts';
import { supportCaseRoutes } from '../../src/adapters/http/routes/support-cases.ts';
import { supportTicketRoutes } from '../../src/adapters/http/routes/support-tickets.ts';
import { ticketRoutes } from '../../src/adapters/http/routes/tickets.ts';

/** Rows that nobody will call: what they say of themselves, without anything behind them. */
const NOTHING = {} as never;

/** The whole route table, as a development server has it. */
export const ROUTES: readonly Route[] = [
  ...enrolmentRoutes(NOTHING),
  ...sessionRoutes(NOTHING),
  ...espaceRoutes(NOTHING),
  ...documentRoutes(NOTHING),
  ...documentChangeRoutes(NOTHING),
  ...accessRoutes(NOTHING),
  ...explanationRoutes(NOTHING),
  ...delegationRoutes(NOTHING),
  ...invitationRoutes(NOTHING),
  ...guardianshipRoutes(NOTHING),
  ...journalRoutes(NOTHING),
  ...ticketRoutes(NOTHING),
  ...supportCaseRoutes(NOTHING),
  ...supportTicketRoutes(NOTHING),
  ...fundRoutes(NOTHING),
  ...directoryRoutes(NOTHING),
  ...professionalIdentityRoutes(),
  ...operationRoutes(NOTHING),
  ...developmentRoutes(NOTHING),
  ...documentationRoutes(() => ROUTES),
];

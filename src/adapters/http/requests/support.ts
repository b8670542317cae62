import { IsIn, IsString } from 'class-validator';
import { CODE_CHANNELS, type CodeChannel } from '../../../domain/account/contacts.ts';
import { CHECK_CHANNELS, CHECK_METHODS, type CheckChannel, type CheckMethod } from '../../../domain/support/support.ts';
import { TICKET_STATUSES, type TicketStatus } from '../../../domain/ticket/ticket.ts';
import { IsEmailAddress, IsInsMatricule, IsMobileNumber, IsOmissible, Length } from './constraints.ts';
import { PageQuery } from './page.ts';

const MAX_PROOF = 40;

export class OpenCase {
  @IsInsMatricule() nir!: string;
}

export class StartIdentityCheck {
  @IsIn(CHECK_METHODS) method!: CheckMethod;
  /** With `CODE`. */
  @IsOmissible() @IsIn(CHECK_CHANNELS) channel?: CheckChannel;
}

export class GiveProof {
  /** The six digits of the code, or the last five characters of the IBAN. */
  @IsString() @Length(1, MAX_PROOF) proof!: string;
}

export class ResendCode {
  @IsIn([...CODE_CHANNELS, 'INVITATION']) channel!: CodeChannel | 'INVITATION';
}

export class CorrectContact {
  /** One of the two. */
  @IsOmissible() @IsEmailAddress() email?: string;
  @IsOmissible() @IsMobileNumber() mobile?: string;
}

export class QueueQuery extends PageQuery {
  @IsOmissible() @IsIn(TICKET_STATUSES) status?: TicketStatus;
  /** `me`: those the agent has taken. */
  @IsOmissible() @IsIn(['me']) takenBy?: 'me';
}

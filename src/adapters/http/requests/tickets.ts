import { IsBoolean, IsIn, IsUUID } from 'class-validator';
import { MAX_MESSAGE, MAX_SUBJECT, TICKET_KINDS, type TicketKind } from '../../../domain/ticket/ticket.ts';
import { IsOmissible, IsReadableLine, IsReadableText, Length, MaxLength } from './constraints.ts';

const MAX_SERVICE = 100;

export class OpenTicket {
  @IsIn(TICKET_KINDS) kind!: TicketKind;
  @Length(1, MAX_SUBJECT) @IsReadableLine() subject!: string;
  @MaxLength(MAX_MESSAGE) @IsReadableText() message!: string;
  /** Id of the journal's entry it is about. */
  @IsOmissible() @IsUUID() entry?: string;
  @IsOmissible() @IsUUID() document?: string;
  @IsOmissible() @Length(1, MAX_SERVICE) @IsReadableLine() service?: string;
  /** Default: false. */
  @IsOmissible() @IsBoolean() shareAttachmentsWithSupport?: boolean;
}

export class WriteMessage {
  @MaxLength(MAX_MESSAGE) @IsReadableText() message!: string;
}

export class AttachFile {}

export class ShareAttachments {
  @IsBoolean() shareAttachmentsWithSupport!: boolean;
}

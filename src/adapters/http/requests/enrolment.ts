import { IsIn, IsString } from 'class-validator';
import { CODE_CHANNELS, type CodeChannel } from '../../../domain/account/contacts.ts';
import type { Accompaniment } from '../../../domain/espace/espace.ts';
import {
  IsCalendarDate,
  IsEmailAddress,
  IsMobileNumber,
  IsNir,
  IsOmissible,
  IsVitaleSerial,
  Length,
  MaxLength,
} from './constraints.ts';

const MAX_CODE = 40;
const MAX_SECRET = 128;
const ACCOMPANIMENTS = ['ALONE', 'GUARDIAN', 'PROFESSIONAL', 'AMBASSADOR'] as const;

export class AskForCode {
  @IsNir() nir!: string;
  @IsVitaleSerial() vitaleSerial!: string;
  @IsCalendarDate() birthDate!: string;
  /** `INVITATION`: a new invitation, by e-mail, else by post. */
  @IsIn([...CODE_CHANNELS, 'INVITATION']) channel!: CodeChannel | 'INVITATION';
}

export class VerifyIdentity {
  /** The 12 characters of the invitation, or the 6 digits that were asked for. */
  @IsString() @Length(1, MAX_CODE) code!: string;
  @IsNir() nir!: string;
  @IsVitaleSerial() vitaleSerial!: string;
  @IsOmissible() @IsCalendarDate() birthDate?: string;
}

export class ChangeContacts {
  @IsOmissible() @IsEmailAddress() email?: string;
  @IsOmissible() @IsMobileNumber() mobile?: string;
}

export class VerifyContact {
  @IsIn(CODE_CHANNELS) channel!: CodeChannel;
  @IsString() @Length(1, MAX_CODE) code!: string;
}

export class Activate {
  @IsString() @Length(1, 20) termsVersion!: string;
  @IsString() @Length(1, 20) privacyVersion!: string;
  /** Whether it is a good one is judged apart, with a reason for each flaw. */
  @IsString() @MaxLength(MAX_SECRET) login!: string;
  @IsString() @MaxLength(MAX_SECRET) password!: string;
  /** Who stands beside the person; default: nobody. */
  @IsOmissible() @IsIn(ACCOMPANIMENTS) accompaniment?: Accompaniment;
}

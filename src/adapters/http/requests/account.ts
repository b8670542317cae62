import { IsIn, IsString } from 'class-validator';
import { CODE_CHANNELS, type CodeChannel } from '../../../domain/account/contacts.ts';
import { IsEmailAddress, IsMobileNumber, IsOmissible, Length, MaxLength } from './constraints.ts';

const MAX_SECRET = 128;
const MAX_CODE = 40;

export class ChangePassword {
  @IsString() @Length(1, MAX_SECRET) current!: string;
  /** Whether it is a good one is judged apart. */
  @IsString() @MaxLength(MAX_SECRET) new!: string;
}

export class ChangeMyContacts {
  @IsString() @Length(1, MAX_SECRET) password!: string;
  @IsOmissible() @IsEmailAddress() email?: string;
  @IsOmissible() @IsMobileNumber() mobile?: string;
}

export class VerifyMyContact {
  @IsIn(CODE_CHANNELS) channel!: CodeChannel;
  @IsString() @Length(1, MAX_CODE) code!: string;
}

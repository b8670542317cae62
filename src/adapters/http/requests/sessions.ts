import { IsIn, IsString } from 'class-validator';
import { CODE_CHANNELS, type CodeChannel } from '../../../domain/account/contacts.ts';
import { Length } from './constraints.ts';

const MAX_SECRET = 128;

export class SignIn {
  @IsString() @Length(1, MAX_SECRET) login!: string;
  @IsString() @Length(1, MAX_SECRET) password!: string;
  /** Where the one-time code goes. */
  @IsIn(CODE_CHANNELS) channel!: CodeChannel;
}

export class GiveCode {
  @IsString() @Length(1, 40) code!: string;
}

export class RefreshTokens {
  @IsString() @Length(1, 4_096) refreshToken!: string;
}

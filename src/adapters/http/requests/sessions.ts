import { IsIn, IsString } from 'class-validator';
import { CODE_CHANNELS, type CodeChannel } from '../../../domain/account/contacts.ts';
import { DEVICE_NAME_MAX_LENGTH } from '../../../domain/account/devices.ts';
import {
  IsCalendarDate,
  IsNir,
  IsOmissible,
  IsReadableLine,
  IsVitaleSerial,
  Length,
  MaxLength,
} from './constraints.ts';

const MAX_SECRET = 128;
const MAX_CODE = 40;

export class SignIn {
  @IsString() @Length(1, MAX_SECRET) login!: string;
  @IsString() @Length(1, MAX_SECRET) password!: string;
  /** Where the one-time code goes. */
  @IsIn(CODE_CHANNELS) channel!: CodeChannel;
  /** What its owner calls the device. */
  @IsOmissible() @IsReadableLine() @MaxLength(DEVICE_NAME_MAX_LENGTH) device?: string;
}

export class GiveCode {
  @IsString() @Length(1, MAX_CODE) code!: string;
}

export class RefreshTokens {
  @IsString() @Length(1, 4_096) refreshToken!: string;
}

export class ForgottenLogin {
  @IsNir() nir!: string;
  @IsVitaleSerial() vitaleSerial!: string;
  @IsCalendarDate() birthDate!: string;
  @IsIn(CODE_CHANNELS) channel!: CodeChannel;
}

export class ForgottenPassword {
  @IsString() @Length(1, MAX_SECRET) login!: string;
  @IsOmissible() @IsCalendarDate() birthDate?: string;
  @IsIn(CODE_CHANNELS) channel!: CodeChannel;
}

export class ResetPassword {
  @IsString() @Length(1, MAX_CODE) code!: string;
  /** Whether it is a good one is judged apart. */
  @IsString() @MaxLength(MAX_SECRET) newPassword!: string;
}

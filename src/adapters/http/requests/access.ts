import { IsBoolean, IsIn, IsObject, IsString, IsUUID } from 'class-validator';
import { PURPOSES, type Purpose } from '../../../domain/access/question.ts';
import type { Evidence } from '../../../domain/consent/consent.ts';
import { PROFESSIONS } from '../../../domain/shared/professions.ts';
import {
  IsFinessNumber,
  IsInstantText,
  IsOmissible,
  IsRppsNumber,
  IsVitaleSerial,
  Length,
  MaxLength,
} from './constraints.ts';

const RECORDED_EVIDENCE = ['CARTE_VITALE', 'CARTE_VITALE_SERIAL', 'ORAL_AGREEMENT', 'WRITTEN_AGREEMENT'] as const;

export class Authorise {
  /** End of validity, excluded; absent: none. */
  @IsOmissible() @IsInstantText() until?: string;
  /** What shows the holder's agreement; required from a professional who records it. */
  @IsOmissible() @IsIn(RECORDED_EVIDENCE) evidence?: Evidence;
  /** Of the card that was shown: required with both kinds of card, and compared with the person's. Kept nowhere. */
  @IsOmissible() @IsVitaleSerial() vitaleSerial?: string;
}

export class SetDefaults {
  @IsIn(['open', 'blocked']) professionals!: 'open' | 'blocked';
  @IsIn(['visible', 'masked']) documents!: 'visible' | 'masked';
}

export class SetEmergency {
  @IsBoolean() callCentre!: boolean;
  @IsBoolean() breakGlass!: boolean;
  @IsBoolean() masked!: boolean;
}

export class DeclareAttendingDoctor {
  @IsRppsNumber() professional!: string;
}

export class ExplainedActor {
  @IsRppsNumber() rpps!: string;
  @IsIn([...PROFESSIONS.keys()]) profession!: string;
  @IsOmissible() @IsString() @Length(1, 10) specialty?: string;
  @IsOmissible() @IsFinessNumber() organisation?: string;
  @IsOmissible() @IsString() @Length(1, 10) sector?: string;
  @IsOmissible() @IsBoolean() regulation?: boolean;
}

export class Explain {
  /** An `ExplainedActor`: RPPS, profession and what else the rules look at. */
  @IsObject() actor!: object;
  @IsOmissible() @IsIn(PURPOSES) purpose?: Purpose;
  @IsOmissible() @IsString() @MaxLength(500) reason?: string;
  @IsUUID() document!: string;
  /** Default: now. */
  @IsOmissible() @IsInstantText() at?: string;
}

export class AtQuery {
  /** The state of that instant; default: now. */
  @IsOmissible() @IsInstantText() at?: string;
}

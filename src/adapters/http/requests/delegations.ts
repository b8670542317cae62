import { Equals, IsIn, IsString } from 'class-validator';
import type { InvitedRelation } from '../../../domain/delegation/delegation.ts';
import { IsCalendarDate, IsInsMatricule, IsInstantText, IsOmissible, IsReadableLine, Length } from './constraints.ts';

const MAX_NAME = 100;
const MAX_VERSION = 20;
const MAX_JUDGMENT = 100;

export class InviteDelegate {
  @IsIn(['CARER', 'SECOND_REPRESENTATIVE']) relation!: InvitedRelation;
  /** Matricule of the INS, with the traits that must agree with it. */
  @IsInsMatricule() ins!: string;
  @IsString() @Length(1, MAX_NAME) @IsReadableLine() firstName!: string;
  @IsString() @Length(1, MAX_NAME) @IsReadableLine() birthName!: string;
  @IsCalendarDate() birthDate!: string;
}

export class ActivateForChild {
  @IsString() @Length(1, MAX_VERSION) termsVersion!: string;
  @IsString() @Length(1, MAX_VERSION) privacyVersion!: string;
  /** The parent certifies to be the child's legal representative. */
  @Equals(true) certifiesLegalRepresentation!: boolean;
}

export class DeclareGuardianship {
  @IsIn(['TUTELLE', 'CURATELLE']) measure!: 'TUTELLE' | 'CURATELLE';
  /** Of the guardian or curator. */
  @IsInsMatricule() ins!: string;
  @IsString() @Length(1, MAX_NAME) @IsReadableLine() firstName!: string;
  @IsString() @Length(1, MAX_NAME) @IsReadableLine() birthName!: string;
  @IsCalendarDate() birthDate!: string;
  @IsString() @Length(1, MAX_JUDGMENT) @IsReadableLine() judgment!: string;
  @IsInstantText() from!: string;
  /** End of the measure, excluded; absent: none. */
  @IsOmissible() @IsInstantText() until?: string;
}

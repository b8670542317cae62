import { IsBoolean, IsString } from 'class-validator';
import { IsInsMatricule, Length } from './constraints.ts';

export class LookUp {
  /** Matricule of the INS: NIR or NIA, 15 characters with its key. */
  @IsInsMatricule() ins!: string;
}

export class CloseEspace {
  @IsString() @Length(1, 128) password!: string;
  /** Express erasure within three months; reopening before then cancels it. */
  @IsBoolean() erase!: boolean;
}

export class Empty {}

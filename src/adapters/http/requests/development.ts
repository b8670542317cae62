import { IsInt, IsString, Max, Min } from 'class-validator';
import { IsOmissible, Length } from './constraints.ts';

const MAX_ADVANCE_SECONDS = 100 * 366 * 86_400;

export class AdvanceClock {
  /** Forward only. */
  @IsInt() @Min(0) @Max(MAX_ADVANCE_SECONDS) seconds!: number;
}

export class AskForToken {
  /** Key of a test professional, as GET /dev/tokens lists them. */
  @IsOmissible() @IsString() @Length(1, 60) professional?: string;
  /** Key of one of the test staff, in its place. */
  @IsOmissible() @IsString() @Length(1, 60) staff?: string;
  /** Seconds of validity; default an hour. */
  @IsOmissible() @IsInt() @Min(1) @Max(86_400) expiresIn?: number;
}

import { IsInt, IsString, Max, Min } from 'class-validator';
import { IsOmissible, Length } from './constraints.ts';

export const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
const MAX_CURSOR = 1_000;

export class PageQuery {
  /** Default 50. */
  @IsOmissible() @IsInt() @Min(1) @Max(MAX_PAGE) limit?: number;
  /** `next` of the page before. */
  @IsOmissible() @IsString() @Length(1, MAX_CURSOR) after?: string;
}

export class NoQuery {}

import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

export const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
const MAX_CURSOR = 1_000;

export class PageQuery {
  /** Default 50. */
  @IsOptional() @IsInt() @Min(1) @Max(MAX_PAGE) limit?: number;
  /** `next` of the page before. */
  @IsOptional() @IsString() @Length(1, MAX_CURSOR) after?: string;
}

export class NoQuery {}

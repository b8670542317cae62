import { IsIn, IsOptional, IsString, IsUUID, Length, MaxLength } from 'class-validator';
import { RECORD_EVENT_TYPES } from '../../../domain/record/record.ts';
import { IsInstantText } from './constraints.ts';
import { PageQuery } from './page.ts';

export class JournalQuery extends PageQuery {
  @IsOptional() @IsInstantText() from?: string;
  /** Excluded. */
  @IsOptional() @IsInstantText() to?: string;
  /** RPPS or FINESS, or `holder`. */
  @IsOptional() @IsString() @Length(1, 60) actor?: string;
  @IsOptional() @IsUUID() document?: string;
  @IsOptional() @IsIn(RECORD_EVENT_TYPES) kind?: string;
}

export class JournalExportQuery {
  @IsIn(['json', 'csv']) format!: 'json' | 'csv';
  @IsOptional() @IsInstantText() from?: string;
  @IsOptional() @IsInstantText() to?: string;
}

export class ReportAccess {
  @IsOptional() @IsString() @MaxLength(1_000) comment?: string;
}

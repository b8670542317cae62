import { IsIn, IsString, IsUUID } from 'class-validator';
import { RECORD_EVENT_TYPES } from '../../../domain/record/record.ts';
import { IsInstantText, IsOmissible, IsReadableText, Length, MaxLength } from './constraints.ts';
import { PageQuery } from './page.ts';

export class JournalQuery extends PageQuery {
  @IsOmissible() @IsInstantText() from?: string;
  /** Excluded. */
  @IsOmissible() @IsInstantText() to?: string;
  /** RPPS or FINESS, or `holder`. */
  @IsOmissible() @IsString() @Length(1, 60) actor?: string;
  @IsOmissible() @IsUUID() document?: string;
  @IsOmissible() @IsIn(RECORD_EVENT_TYPES) kind?: string;
}

export class JournalExportQuery {
  @IsIn(['json', 'csv']) format!: 'json' | 'csv';
  @IsOmissible() @IsInstantText() from?: string;
  @IsOmissible() @IsInstantText() to?: string;
}

export class ReportAccess {
  @IsOmissible() @MaxLength(1_000) @IsReadableText() comment?: string;
}

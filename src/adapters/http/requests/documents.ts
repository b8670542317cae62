import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
} from 'class-validator';
import { DOCUMENT_SORTS, type DocumentSort } from '../../../application/document-list.ts';
import { CATEGORIES } from '../../../domain/document/document-types.ts';
import {
  IsCalendarDate,
  IsDocumentType,
  IsOmissible,
  IsReadableLine,
  IsReadableText,
  Length,
  MaxLength,
} from './constraints.ts';
import { PageQuery } from './page.ts';

const CATEGORY_CODES = Object.keys(CATEGORIES);
/** Published: 50 characters. */
const MAX_TITLE = 50;
const MAX_COMMENT = 3_000;
/** Published for deletion: 10 at once. */
export const MAX_BULK = 10;

export class DepositMetadata {
  @Length(1, MAX_TITLE) @IsReadableLine() title!: string;
  @IsDocumentType() type!: string;
  /** Default: the category of the type. */
  @IsOmissible() @IsIn(CATEGORY_CODES) category?: string;
  /** Day of the act. Default: today. */
  @IsOmissible() @IsCalendarDate() date?: string;
  @IsOmissible() @MaxLength(MAX_COMMENT) @IsReadableText() comment?: string;
  @IsOmissible() @IsBoolean() maskedFromProfessionals?: boolean;
  @IsOmissible() @IsBoolean() hiddenFromRepresentatives?: boolean;
  /** Professionals only. */
  @IsOmissible() @IsBoolean() hiddenFromHolderUntilAnnounced?: boolean;
  /** A professional declares that the patient was told of the deposit (R.1111-47). */
  @IsOmissible() @IsBoolean() patientInformed?: boolean;
}

export class DescribeDocument {
  @IsOmissible() @Length(1, MAX_TITLE) @IsReadableLine() title?: string;
  @IsOmissible() @IsDocumentType() type?: string;
  @IsOmissible() @IsIn(CATEGORY_CODES) category?: string;
  @IsOmissible() @IsCalendarDate() date?: string;
  /** Null takes it away. */
  @IsOptional() @MaxLength(MAX_COMMENT) @IsReadableText() comment?: string | null;
}

export class SetVisibility {
  @IsOmissible() @IsBoolean() maskedFromProfessionals?: boolean;
  @IsOmissible() @IsBoolean() hiddenFromRepresentatives?: boolean;
  @IsOmissible() @IsBoolean() hiddenFromHolderUntilAnnounced?: boolean;
}

export class BulkChange {
  @IsIn(['visibility', 'delete']) action!: 'visibility' | 'delete';
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_BULK)
  @ArrayUnique((id: unknown) => String(id).toLowerCase())
  @IsUUID('all', { each: true })
  documents!: string[];
  @IsOmissible() @IsBoolean() maskedFromProfessionals?: boolean;
  @IsOmissible() @IsBoolean() hiddenFromRepresentatives?: boolean;
}

export class DocumentsQuery extends PageQuery {
  @IsOmissible() @IsIn(CATEGORY_CODES) category?: string;
  @IsOmissible() @IsDocumentType() type?: string;
  @IsOmissible() @IsCalendarDate() from?: string;
  @IsOmissible() @IsCalendarDate() to?: string;
  /** RPPS or FINESS of the depositor, or `holder`. */
  @IsOmissible() @IsString() @Length(1, 20) author?: string;
  /** Looked for in titles. */
  @IsOmissible() @IsString() @Length(1, MAX_TITLE) q?: string;
  @IsOmissible() @IsIn(['true', 'false']) pinned?: 'true' | 'false';
  @IsOmissible() @IsIn(DOCUMENT_SORTS) sort?: DocumentSort;
}

export class ContentQuery {
  /** `inline`: to be shown where it stands; for what a browser shows safely. Default: `attachment`. */
  @IsOmissible() @IsIn(['attachment', 'inline']) disposition?: 'attachment' | 'inline';
}

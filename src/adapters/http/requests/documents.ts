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
  Length,
  MaxLength,
} from 'class-validator';
import { DOCUMENT_SORTS, type DocumentSort } from '../../../application/document-list.ts';
import { CATEGORIES } from '../../../domain/document/document-types.ts';
import { IsCalendarDate, IsDocumentType } from './constraints.ts';
import { PageQuery } from './page.ts';

const CATEGORY_CODES = Object.keys(CATEGORIES);
/** Published: 50 characters. */
const MAX_TITLE = 50;
const MAX_COMMENT = 3_000;
/** Published for deletion: 10 at once. */
export const MAX_BULK = 10;

export class DepositMetadata {
  @Length(1, MAX_TITLE) title!: string;
  @IsDocumentType() type!: string;
  /** Default: the category of the type. */
  @IsOptional() @IsIn(CATEGORY_CODES) category?: string;
  /** Day of the act. Default: today. */
  @IsOptional() @IsCalendarDate() date?: string;
  @IsOptional() @IsString() @MaxLength(MAX_COMMENT) comment?: string;
  @IsOptional() @IsBoolean() maskedFromProfessionals?: boolean;
  @IsOptional() @IsBoolean() hiddenFromRepresentatives?: boolean;
  /** Professionals only. */
  @IsOptional() @IsBoolean() hiddenFromHolderUntilAnnounced?: boolean;
  /** A professional declares that the patient was told of the deposit (R.1111-47). */
  @IsOptional() @IsBoolean() patientInformed?: boolean;
}

export class DescribeDocument {
  @IsOptional() @Length(1, MAX_TITLE) title?: string;
  @IsOptional() @IsDocumentType() type?: string;
  @IsOptional() @IsIn(CATEGORY_CODES) category?: string;
  @IsOptional() @IsCalendarDate() date?: string;
  /** Null takes it away. */
  @IsOptional() @IsString() @MaxLength(MAX_COMMENT) comment?: string | null;
}

export class SetVisibility {
  @IsOptional() @IsBoolean() maskedFromProfessionals?: boolean;
  @IsOptional() @IsBoolean() hiddenFromRepresentatives?: boolean;
  @IsOptional() @IsBoolean() hiddenFromHolderUntilAnnounced?: boolean;
}

export class BulkChange {
  @IsIn(['visibility', 'delete']) action!: 'visibility' | 'delete';
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_BULK)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  documents!: string[];
  @IsOptional() @IsBoolean() maskedFromProfessionals?: boolean;
  @IsOptional() @IsBoolean() hiddenFromRepresentatives?: boolean;
}

export class DocumentsQuery extends PageQuery {
  @IsOptional() @IsIn(CATEGORY_CODES) category?: string;
  @IsOptional() @IsDocumentType() type?: string;
  @IsOptional() @IsCalendarDate() from?: string;
  @IsOptional() @IsCalendarDate() to?: string;
  /** RPPS or FINESS of the depositor, or `holder`. */
  @IsOptional() @IsString() @Length(1, 20) author?: string;
  /** Looked for in titles. */
  @IsOptional() @IsString() @Length(1, MAX_TITLE) q?: string;
  @IsOptional() @IsIn(DOCUMENT_SORTS) sort?: DocumentSort;
}

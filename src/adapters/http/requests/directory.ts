import { IsIn } from 'class-validator';
import { PROFESSIONS } from '../../../domain/shared/professions.ts';
import { IsOmissible, IsSearchedName, IsSearchedPlace, IsSpecialtyCode, MaxLength } from './constraints.ts';
import { PageQuery } from './page.ts';

const MAX_SEARCHED = 100;

export class StructuresQuery extends PageQuery {
  /** Beginnings of words, in any order. */
  @IsOmissible() @MaxLength(MAX_SEARCHED) @IsSearchedName() name?: string;
  /** Postal code, department or commune. */
  @IsOmissible() @MaxLength(MAX_SEARCHED) @IsSearchedPlace() place?: string;
}

export class ProfessionalsQuery extends StructuresQuery {
  @IsOmissible() @IsIn([...PROFESSIONS.keys()]) profession?: string;
  @IsOmissible() @IsSpecialtyCode() specialty?: string;
}

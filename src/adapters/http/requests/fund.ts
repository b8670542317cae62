import { IsIn } from 'class-validator';
import { SUSPENSION_REASONS, type SuspensionReason } from '../../../domain/espace/espace.ts';
import { IsCalendarDate } from './constraints.ts';

export class ReportDeath {
  @IsCalendarDate() diedOn!: string;
}

export class SuspendEspace {
  @IsIn(SUSPENSION_REASONS) reason!: SuspensionReason;
}

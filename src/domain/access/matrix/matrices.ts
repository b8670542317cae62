import { MATRIX_2023_10_26 } from './2023-10-26.ts';
import { type Matrix, matrixFrom } from './matrix.ts';

/** The version in force. `scripts/load-matrix.ts` writes the next one. */
export const CURRENT_MATRIX: Matrix = matrixFrom(MATRIX_2023_10_26);

/** Every version a trace may name: none is ever taken out, so that old decisions can be recomputed. */
export const MATRICES: ReadonlyMap<string, Matrix> = new Map([CURRENT_MATRIX].map(matrix => [matrix.version, matrix]));

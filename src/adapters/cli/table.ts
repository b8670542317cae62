/** Rows of text as columns that line up; control characters are shown as a dot, so that no data can steer a terminal. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[], maxWidth = 48): string => {
  const cells = [headings, ...rows].map(row => row.map(cell => shortened(cell.replace(/\p{C}/gu, '·'), maxWidth)));
  const widths = headings.map((_, column) => Math.max(...cells.map(row => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = cells;
  return [line(head), widths.map(width => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
};

const shortened = (text: string, maxWidth: number): string =>
  text.length <= maxWidth ? text : `${text.slice(0, maxWidth - 1)}…`;

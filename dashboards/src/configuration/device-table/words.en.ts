/** The table of devices on the page of the configuration. */
export const deviceTable = {
  title: 'Devices as a table',
  sub: 'CSV for a spreadsheet: one row a device, at most 1,000 at once',
  about: 'Columns: plant, id, line, role, on_change, period_s (elec_import_kwh=60 elec_import_kw=5, in seconds).',
  rules:
    'A row adds or changes its device, an empty cell takes a setting away, and devices that are not in the table stay.',
  download: 'Download CSV',
  choose: 'Take in a table',
  preview: 'What the table changes',
  added: (count: string) => `Added: ${count}`,
  changed: (count: string) => `Changed: ${count}`,
  stays: (unchanged: string, untouched: string) =>
    `Rows that change nothing: ${unchanged}. Devices that are not in the table and stay: ${untouched}.`,
  nothing: 'Nothing changes.',
  row: (row: string) => `row ${row}`,
  column: (column: string) => `column ${column}`,
  none: 'none',
  more: (count: string) => `and ${count} more`,
}

export type DeviceTableWords = typeof deviceTable

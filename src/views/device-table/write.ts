import { stringify } from 'csv-stringify/sync'
import { cellOf, DEVICE_COLUMNS, isTree, plantsOf, SETTING_COLUMNS } from './columns.js'

/**
 * Devices of all plants, or of one, as CSV (UTF-8, RFC 4180), in the order of the file. A text that a spreadsheet would take for a
 * formula begins with an apostrophe.
 * @param settings the tree that the text of the configuration says
 */
export function deviceTable(settings: unknown, plant: string | null): string {
  const rows = plantsOf(settings)
    .filter(({ id }) => id !== '' && (plant === null || id === plant))
    .flatMap(({ id, devices }) =>
      devices
        .filter(isTree)
        .filter((device) => typeof device.id === 'string')
        .map((device) => [id, String(device.id), ...SETTING_COLUMNS.map((column) => cellOf(device, column))]),
    )
  return stringify([[...DEVICE_COLUMNS], ...rows], {
    record_delimiter: '\r\n',
    escape_formulas: true,
    quoted_match: /\r/,
  })
}

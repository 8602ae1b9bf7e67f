import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  exportedLines,
  fillInfluxdb,
  type History,
  type ImportFolder,
  longCsv,
  placeOf,
  valuesOf,
  wideCsv,
  writeParquet,
  writeXlsx,
} from './history-files.js'
import type { Influxd } from './influxd.js'

/** Forms in which the history of a data set is imported. */
export type FormName = 'csv' | 'tags' | 'xlsx' | 'parquet' | 'lines' | 'influxdb'

/** A source of history, and the mapping that says what its columns are. */
export interface HistoryForm {
  readonly name: FormName
  readonly source: string
  readonly mapping: object
}

/** A data set in every form, the one named first in front; without a database there is none of it. */
export async function historyForms(
  history: History,
  folder: ImportFolder,
  { first, influx }: { readonly first: FormName; readonly influx: Influxd | null },
): Promise<readonly HistoryForm[]> {
  const { samples } = history
  const place = { ...placeOf(history), values: valuesOf(history, (column) => ({ column })) }
  const wide = { ...place, time: { column: 'time', format: 'rfc3339' } }
  const csv = wideCsv(samples)
  const [parquet, xlsx] = [join(folder.dir, 'wide.parquet'), join(folder.dir, 'wide.xlsx')]
  await writeParquet(folder.write('wide.csv', csv), parquet)
  await writeXlsx(samples, xlsx)
  const tags = {
    ...placeOf(history),
    csv: { delimiter: ';', decimal_mark: ',' },
    time: { column: 'when', format: 'epoch_ms' },
    values: valuesOf(history, (metric) => ({ column: 'value', where: { tag: `TAG.${metric}` } })),
  }
  const exported = { ...place, time: { column: '_time', format: 'epoch_ns' }, device: '{meter}' }
  const forms: HistoryForm[] = [
    { name: 'csv', source: folder.write('wide.csv.gz', gzipSync(csv)), mapping: wide },
    { name: 'xlsx', source: xlsx, mapping: { ...wide, time: { column: 'time', format: 'local', zone: 'UTC' } } },
    { name: 'parquet', source: parquet, mapping: wide },
    { name: 'tags', source: folder.write('long.csv', longCsv(samples)), mapping: tags },
    { name: 'lines', source: folder.write('export.lp', exportedLines(history)), mapping: exported },
  ]
  if (influx !== null) {
    await fillInfluxdb(influx, history)
    const from = new Date(samples[0]!.ts).toISOString()
    const to = new Date(samples.at(-1)!.ts + 1).toISOString()
    const influxdb = { version: 1, database: 'plant', measurements: [history.class], from, to }
    forms.push({ name: 'influxdb', source: influx.url, mapping: { ...exported, influxdb } })
  }
  return forms.toSorted((a, b) => Number(b.name === first) - Number(a.name === first))
}

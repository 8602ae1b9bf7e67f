import { sizeOfNamed } from '../../program/named-file.js'
import { CsvFile } from './csv-file.js'
import { type HistoryFile, UnreadableHistory } from './history-file.js'
import { LineProtocolFile } from './line-protocol-file.js'
import type { HistoryFormat, HistoryMapping } from './mapping.js'

/** Endings of names by format, and the beginning of an address. */
const ENDINGS: Readonly<Record<HistoryFormat, RegExp>> = {
  csv: /\.(csv|tsv|txt)(\.gz)?$/i,
  xlsx: /\.xls[xm]$/i,
  parquet: /\.parquet$/i,
  line_protocol: /\.(lp|line|influx)(\.gz)?$/i,
  influxdb: /^https?:\/\//i,
}

/** Opens a file as what the mapping, or else the end of its name, says it is. Throws `UnreadableHistory` and `UnreadableFile`. */
export async function openHistory(file: string, mapping: HistoryMapping): Promise<HistoryFile> {
  const sizeBytes = isInfluxAddress(file) ? 0 : sizeOfHistory(file)
  switch (isInfluxAddress(file) ? 'influxdb' : (mapping.format ?? formatOf(file))) {
    case 'csv':
      return new CsvFile(file, sizeBytes, mapping.csv)
    case 'line_protocol':
      return new LineProtocolFile(file, sizeBytes)
    case 'xlsx': {
      const { XlsxFile } = await import('./xlsx-file.js')
      return new XlsxFile(file, mapping.xlsx)
    }
    case 'influxdb': {
      if (!isInfluxAddress(file))
        throw new UnreadableHistory(`${file} is no address of an InfluxDB, such as http://influx:8086`)
      if (mapping.influxdb === undefined) {
        throw new UnreadableHistory('the mapping does not say what to ask: give its section influxdb')
      }
      const { InfluxQuery } = await import('./influx-query.js')
      return new InfluxQuery(file, mapping.influxdb)
    }
    case 'parquet': {
      const { ParquetFile } = await import('./parquet-file.js')
      return new ParquetFile(file)
    }
  }
}

/** Size of a file that has something in it, bytes. */
export function sizeOfHistory(file: string): number {
  const sizeBytes = sizeOfNamed(file)
  if (sizeBytes === 0) throw new UnreadableHistory(`${file} is empty`)
  return sizeBytes
}

/** True for a source that is a database and no file. */
export function isInfluxAddress(source: string): boolean {
  return ENDINGS.influxdb.test(source)
}

/** True for a name that says CSV. */
export function isCsvFile(file: string): boolean {
  return ENDINGS.csv.test(file)
}

function formatOf(file: string): HistoryFormat {
  const found = (Object.entries(ENDINGS) as [HistoryFormat, RegExp][]).find(([, ending]) => ending.test(file))
  if (found !== undefined) return found[0]
  const known = Object.keys(ENDINGS).join(', ')
  throw new UnreadableHistory(
    `${file} does not say by its name what it is: give format in the mapping, one of ${known}`,
  )
}

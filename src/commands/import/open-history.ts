import { statSync } from 'node:fs'
import { CsvFile } from './csv-file.js'
import { type HistoryFile, UnreadableHistory } from './history-file.js'
import { LineProtocolFile } from './line-protocol-file.js'
import type { HistoryFormat, HistoryMapping } from './mapping.js'

/** Endings of names by format. */
const ENDINGS: Readonly<Record<HistoryFormat, RegExp>> = {
  csv: /\.(csv|tsv|txt)(\.gz)?$/i,
  parquet: /\.parquet$/i,
  line_protocol: /\.(lp|line|influx)(\.gz)?$/i,
}

/** Opens a file as what the mapping, or else the end of its name, says it is. Throws `UnreadableHistory`, and errors of the system. */
export async function openHistory(file: string, mapping: HistoryMapping): Promise<HistoryFile> {
  const { size } = statSync(file)
  switch (mapping.format ?? formatOf(file)) {
    case 'csv':
      return new CsvFile(file, size, mapping.csv)
    case 'line_protocol':
      return new LineProtocolFile(file, size)
    case 'parquet': {
      const { ParquetFile } = await import('./parquet-file.js')
      return new ParquetFile(file)
    }
  }
}

function formatOf(file: string): HistoryFormat {
  const found = (Object.entries(ENDINGS) as [HistoryFormat, RegExp][]).find(([, ending]) => ending.test(file))
  if (found !== undefined) return found[0]
  const known = Object.keys(ENDINGS).join(', ')
  throw new UnreadableHistory(
    `${file} does not say by its name what it is: give format in the mapping, one of ${known}`,
  )
}

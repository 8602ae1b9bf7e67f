import type { TouchedReport } from './frozen-periods.js'
import type { SeriesCount } from './import-summary.js'
import type { MappedValue } from './mapping.js'
import type { FileResult } from './run-import.js'

/** Words of an import at its end, as lines and as JSON. */

/** Reports that its readings fall into, or a sentence on why that is not known; null where nobody asked. */
export type FrozenAnswer = readonly TouchedReport[] | string

const STATES: Readonly<Record<FileResult['state'], string>> = {
  looked_at: 'looked at, nothing was sent',
  imported: 'imported: the gateway has all of it on its disk',
  imported_before: 'imported before',
  interrupted: 'interrupted; the same command goes on',
  stopped: 'stopped, as too much of it is refused: look at the mapping, or raise --refused-max',
}

export function resultLines(
  { name, sha256, summary, state }: FileResult,
  values: readonly MappedValue[],
): readonly string[] {
  const { rows, leftOut, readings, refused, examples, reasons } = summary
  const more = refused - examples.length
  return [
    `${name}: ${STATES[state]}`,
    `  SHA-256 ${sha256}`,
    `  ${counted(rows, 'row')}, ${counted(readings, 'reading')}, ${leftOut} left out, ${refused} refused`,
    ...summary.series.map((one) => `  ${seriesLine(one)}`),
    ...summary.twice.map(
      (column) => `  column ${JSON.stringify(column)} stands there more than once: the first one counts`,
    ),
    ...summary.unused(values).map(({ column, where = {} }) => {
      const conditions = Object.entries(where).map(([key, wanted]) => `${key} ${[wanted].flat().join(' or ')}`)
      return `  nothing for ${[column, ...conditions].join(', ')}: look at the names in the mapping`
    }),
    ...Object.entries(reasons).map(([reason, count]) => `  refused, ${reason}: ${count}`),
    ...examples.map(({ place, reason, detail }) => `  ${place}: ${reason}: ${detail}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

function seriesLine({
  plant,
  line,
  device,
  metric,
  unit,
  readings,
  repeated,
  firstMs,
  lastMs,
  least,
  largest,
}: SeriesCount): string {
  const values = least === null ? 'words' : `${least} to ${largest} ${unit}`.trim()
  const again =
    repeated === 0
      ? ''
      : `; ${repeated} of a time that the series had already: the gateway keeps one reading of an instant`
  return `${plant}/${line}/${device} ${metric}: ${counted(readings, 'reading')}, ${instant(firstMs)} to ${instant(lastMs)}, ${values}${again}`
}

export function frozenLines(frozen: FrozenAnswer): readonly string[] {
  if (typeof frozen === 'string') return [`Whether frozen reports are touched is not known: ${frozen}`]
  return frozen.map(({ id, version, from, to }) => {
    return `${id}, version ${version} of ${from} to ${to}, is frozen and stays as it is: the draft of the next version lists what differs`
  })
}

export function resultJson(results: readonly FileResult[], frozen: FrozenAnswer | null): object {
  return {
    files: results.map(({ name, sha256, state, summary }) => ({
      file: name,
      sha256,
      state,
      rows: summary.rows,
      readings: summary.readings,
      left_out: summary.leftOut,
      refused: summary.refused,
      columns_twice: summary.twice,
      reasons: summary.reasons,
      examples: summary.examples,
      series: summary.series.map(({ firstMs, lastMs, ...one }) => ({
        ...one,
        first: instant(firstMs),
        last: instant(lastMs),
      })),
    })),
    ...(frozen === null
      ? {}
      : typeof frozen === 'string'
        ? { frozen_reports: null, why: frozen }
        : { frozen_reports: frozen }),
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

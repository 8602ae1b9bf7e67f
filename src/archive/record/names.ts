import { utcDayStartMs } from '../../base/utc-day.js'
import type { FigureKind } from './figure-files.js'
import type { RecordKind } from './kinds.js'

/** Names of the files of the record, below its folder. */

/** The delta of a kind that a cut makes. */
export function nameOfDelta(sequence: number, kind: RecordKind): string {
  return `deltas/${numbered(sequence)}-${kind}.parquet`
}

/** The senders as a cut finds them. */
export function nameOfSenders(sequence: number): string {
  return `senders/${numbered(sequence)}.parquet`
}

/** Name of the file with the states of the decoder that a cut finds. */
export function nameOfStates(sequence: number): string {
  return `states/${numbered(sequence)}.parquet`
}

/** Figures of a plant, as a step of upkeep writes them. */
export function nameOfFigures(sequence: number, plant: string, kind: FigureKind): string {
  return `figures/plant=${plant}/${numbered(sequence)}-${kind}.parquet`
}

/** Name of the file that several files of figures became, made of that of the last of them. */
export function nameOfMerged(last: string): string {
  return last.replace(/\.parquet$/, '-merged.parquet')
}

export function nameOfDay(
  kind: RecordKind,
  { plant, day }: { plant: string; day: number },
  generation: number,
): string {
  return `${kind}/plant=${plant}/day=${dateOf(day)}/gen-${generation}.parquet`
}

/** The name of a day, 2026-10-01. */
export function dateOf(day: number): string {
  return new Date(utcDayStartMs(day)).toISOString().slice(0, 10)
}

function numbered(sequence: number): string {
  return String(sequence).padStart(8, '0')
}

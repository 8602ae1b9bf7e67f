import { utcDayOf } from '../../base/utc-day.js'
import { nextGeneration } from './compaction.js'
import { FIGURE_KINDS } from './figure-files.js'
import { recordFileFault } from './files.js'
import { RECORD_KINDS } from './kinds.js'
import type { RecordManifest } from './manifest.js'
import { nameOfDay, nameOfDelta, nameOfFigures, nameOfMerged, nameOfSenders, nameOfStates } from './names.js'

/**
 * True for a file that no manifest names and that a kill leaves all the same, or a running gateway has at this moment: one that
 * the next manifest will name, or one that this manifest took the place of, as it was. Nobody reads it, and the next start
 * removes it. `names` are those of all files there are.
 */
export async function isLeftOver(dir: string, manifest: RecordManifest, name: string, names: ReadonlySet<string>) {
  const old = manifest.superfluous?.find((file) => file.name === name)
  if (old !== undefined) return ['', 'is missing'].includes(await recordFileFault(dir, old))
  return isOfNextCut(manifest, name) || isOfNextDay(manifest, name, names)
}

function isOfNextCut({ sequence, figures, deltas }: RecordManifest, name: string): boolean {
  const next = sequence + 1
  if (name === nameOfSenders(next) || name === nameOfStates(next)) return true
  const [, plant] = /^figures\/plant=([^/]+)\//.exec(name) ?? []
  if (plant !== undefined) {
    const isMerged = figures?.files.some((file) => name === nameOfMerged(file.name)) ?? false
    return isMerged || FIGURE_KINDS.some((kind) => name === nameOfFigures(next, plant, kind))
  }
  // A removal may write each delta anew, one number after the other.
  const numbers = Array.from({ length: Math.max(1, deltas.length) }, (_, i) => next + i)
  return numbers.some((number) => RECORD_KINDS.some((kind) => name === nameOfDelta(number, kind)))
}

/** One pass may make several generations of a day. */
function isOfNextDay(manifest: RecordManifest, name: string, names: ReadonlySet<string>): boolean {
  const [, kind, plant, date] = /^(\w+)\/plant=([^/]+)\/day=([^/]+)\//.exec(name) ?? []
  const of = { plant: plant ?? '', day: utcDayOf(Date.parse(date ?? '')) }
  const known = RECORD_KINDS.find((one) => one === kind)
  if (known === undefined || !Number.isSafeInteger(of.day)) return false
  for (let generation = nextGeneration(manifest, of, known); ; generation++) {
    const next = nameOfDay(known, of, generation)
    if (next === name || !names.has(next)) return next === name
  }
}

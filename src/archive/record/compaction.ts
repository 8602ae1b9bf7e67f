import type { RecordKind } from './kinds.js'
import { type DayFile, type DeltaFile, isNoted, type RecordManifest } from './manifest.js'

/** Most rows of one step, so that it takes a fraction of a second. */
export const STEP_ROWS_MAX = 250_000
/** More deltas than this are compacted although their days go on. */
const DELTAS_MAX = 300
/** More files of one day than this are merged, as far as a step can hold them. */
const GENERATIONS_MAX = 8

/** One new file of a day, and what it takes the place of. */
export interface Compaction {
  readonly kind: RecordKind
  readonly plant: string
  readonly day: number
  /** One above all that there were. */
  readonly generation: number
  /** Deltas that hold a part of this day. */
  readonly deltas: readonly DeltaFile[]
  /** Smaller generations. */
  readonly merged: readonly DayFile[]
}

/**
 * The next file to be made, null when there is none. Parts of days before `runningDay` leave their deltas; a day that
 * gets late readings gets a further generation, and its small generations become one when there are too many.
 * Files in `isUnusable` are left where they are, and so are files of days that may not go yet, or that are about to lose rows.
 */
export function nextCompaction(
  manifest: RecordManifest,
  runningDay: number,
  isUnusable: (name: string) => boolean,
  mayGo: (file: DayFile) => boolean,
): Compaction | null {
  const mayMerge = (file: DayFile) => !isUnusable(file.name) && mayGo(file)
  return outOfDeltas(manifest, runningDay, isUnusable) ?? outOfGenerations(manifest, mayMerge)
}

/** The manifest after a compaction that made `file`; null when there was nothing to be written. */
export function compacted(
  manifest: RecordManifest,
  { kind, plant, day, deltas, merged }: Compaction,
  file: DayFile | null,
) {
  const taken = new Set(deltas.map((delta) => delta.name))
  const gone = new Set(merged.map((old) => old.name))
  const rest = manifest.deltas.map((delta) =>
    taken.has(delta.name)
      ? { ...delta, parts: delta.parts.filter((part) => part.plant !== plant || part.day !== day) }
      : delta,
  )
  return {
    ...manifest,
    deltas: rest.filter((delta) => delta.kind !== kind || delta.parts.length > 0),
    days: [...manifest.days.filter((old) => !gone.has(old.name)), ...(file === null ? [] : [file])],
  }
}

function outOfDeltas(
  manifest: RecordManifest,
  runningDay: number,
  isUnusable: (name: string) => boolean,
): Compaction | null {
  const usable = manifest.deltas.filter((delta) => !isUnusable(delta.name))
  const surplus = usable.length - DELTAS_MAX
  for (const [i, { kind, parts }] of usable.entries()) {
    const part = parts.find((one) => (one.day < runningDay || i < surplus) && !isNoted(manifest, { kind, ...one }))
    if (part === undefined) continue
    const { plant, day } = part
    const holders = usable.slice(i).flatMap((delta) => {
      const held = delta.parts.find((other) => other.plant === plant && other.day === day)
      return delta.kind === kind && held !== undefined ? [{ file: delta, rows: held.rows }] : []
    })
    return { kind, plant, day, generation: nextGeneration(manifest, part, kind), deltas: fitting(holders), merged: [] }
  }
  return null
}

function outOfGenerations(manifest: RecordManifest, mayMerge: (file: DayFile) => boolean): Compaction | null {
  const byDay = new Map<string, DayFile[]>()
  for (const file of manifest.days) {
    const key = `${file.kind}/${file.plant}/${file.day}`
    byDay.set(key, [...(byDay.get(key) ?? []), file])
  }
  for (const files of byDay.values()) {
    if (files.length <= GENERATIONS_MAX || isNoted(manifest, files[0]!)) continue
    const usable = files.filter(mayMerge).sort((a, b) => a.rows - b.rows)
    const merged = fitting(usable.map((file) => ({ file, rows: file.rows })))
    const [first] = merged
    if (first === undefined || merged.length < 2) continue
    const { kind, plant, day } = first
    return { kind, plant, day, generation: nextGeneration(manifest, first, kind), deltas: [], merged }
  }
  return null
}

/** The first of them, at least one, as many as one step holds. */
function fitting<F>(holders: readonly { readonly file: F; readonly rows: number }[]): F[] {
  const taken: F[] = []
  let rows = 0
  for (const holder of holders) {
    rows += holder.rows
    if (taken.length > 0 && rows > STEP_ROWS_MAX) break
    taken.push(holder.file)
  }
  return taken
}

/** One above all generations that a day has. */
export function nextGeneration(manifest: RecordManifest, of: { plant: string; day: number }, kind: RecordKind): number {
  const { note, generations = [] } = manifest.removals ?? {}
  const known = [...manifest.days, ...(note?.made ?? []), ...generations]
  return known.reduce(
    (next, file) =>
      file.kind === kind && file.plant === of.plant && file.day === of.day ? Math.max(next, file.generation + 1) : next,
    1,
  )
}

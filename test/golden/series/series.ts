import { createHash, type Hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { flagsOf } from '../../../src/base/flags.js'
import type { JournalEntry } from '../../../src/journal/entries.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { configured, SimulatedLife } from '../../support/simulated-life.js'
import type { GoldenJournal, Message } from './journals.js'

/** SHA-256 of all points of one KPI in one window size, and how many there are. */
export interface Digest {
  readonly points: number
  readonly sha256: string
}

/** By KPI and window, such as `oee 1h`, ascending. */
export type Digests = ReadonlyMap<string, Digest>

const TICK_MS = 60_000
const DAY_MS = 86_400_000
/** Points are read so much at a time, so that a year of them is never in memory at once. */
const READ_DAYS = 30

/**
 * Plays the journal into decoder, archive, engine and store on its own clock, and gives the digests of all that the store
 * holds then. @param onPoint gets every point as one line of text, in the order in which it is digested
 */
export async function digestsOf(journal: GoldenJournal, onPoint?: (line: string) => void): Promise<Digests> {
  const first = configured(journal.config, journal.fromMs)
  const life = await SimulatedLife.open(first)
  try {
    await life.take([{ kind: 'start', arrivedAt: journal.fromMs, version: 'golden' }, first])
    await play(life, journal, await journal.messages())
    return await digested(life, journal, onPoint)
  } finally {
    await life.close()
  }
}

async function play(life: SimulatedLife, journal: GoldenJournal, messages: readonly Message[]): Promise<void> {
  const { fromMs, toMs, stepMs } = journal
  const tickMs = Math.max(TICK_MS, stepMs / 20)
  let next = 0
  for (let at = fromMs; at < toMs; at += stepMs) {
    const entries: JournalEntry[] = []
    const endMs = Math.min(at + stepMs, toMs)
    for (let tick = at; tick < endMs; tick += tickMs) entries.push({ kind: 'tick', arrivedAt: tick })
    for (; next < messages.length && messages[next]!.arrivedAt < endMs; next++) entries.push(messages[next]!)
    await life.take(entries.toSorted((a, b) => a.arrivedAt - b.arrivedAt))
    await life.compute()
  }
  if (next < messages.length)
    throw new Error(`${messages.length - next} messages of ${journal.name} come after its end`)
}

async function digested(life: SimulatedLife, journal: GoldenJournal, onPoint?: (line: string) => void) {
  const hashes = new Map<string, { hash: Hash; points: number }>()
  for (const plant of journal.plants) {
    // A window of a month or a year may begin long before the journal.
    const bounds = [-8.64e15]
    for (let at = journal.fromMs - DAY_MS; at < journal.toMs; at += READ_DAYS * DAY_MS) bounds.push(at)
    bounds.push(8.64e15)
    for (const [i, fromMs] of bounds.slice(0, -1).entries()) {
      const points = [...(await life.points(plant, fromMs, bounds[i + 1]!))].map(
        (point) => [keyOf(point), point] as const,
      )
      for (const [, point] of points.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        const of = `${point.stream.kpi} ${point.stream.window}`
        const line = lineOf(point)
        const sum = hashes.get(of) ?? { hash: createHash('sha256'), points: 0 }
        sum.hash.update(`${line}\n`)
        sum.points++
        hashes.set(of, sum)
        onPoint?.(line)
      }
    }
  }
  const all = [...hashes].map(([of, { hash, points }]) => [of, { points, sha256: hash.digest('hex') }] as const)
  return new Map(all.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function keyOf({ stream, startMs }: Point): string {
  return `${stream.kpi} ${stream.window} ${stream.scope} ${stream.id} ${String(startMs + 1e14).padStart(16, '0')}`
}

/** All that is published of a window but the number of its revision, which says how often it was computed. */
function lineOf({ stream, rev, startMs, endMs, flags, ...figure }: Point): string {
  const { plant, scope, id, kpi, window, unit } = stream
  const { value, reason, numerator, denominator, coverage, estimatedShare, factors, provisional } = figure
  return JSON.stringify([
    ...[plant, scope, id, kpi, window, new Date(startMs).toISOString(), new Date(endMs).toISOString()],
    ...[value, unit, reason, numerator, denominator, coverage, estimatedShare, flagsOf(flags), factors, provisional],
  ])
}

/** SHA-256 over the digests of a journal, and all its points. */
export function totalOf(digests: Digests): Digest {
  const hash = createHash('sha256').update(textOf(digests))
  return { points: [...digests.values()].reduce((sum, { points }) => sum + points, 0), sha256: hash.digest('hex') }
}

/** A line of KPI, window, number of points and the first half of their SHA-256. */
export function textOf(digests: Digests): string {
  return [...digests].map(([of, { points, sha256 }]) => `${of} ${points} ${sha256.slice(0, 32)}\n`).join('')
}

/** The file of the digests that are kept of a journal. */
export function keptFile(name: string): string {
  return join(import.meta.dirname, `${name}.txt`)
}

/** Sentences on the KPIs and windows in which the digests are not those that are kept, in the order of the file. */
export function differences(name: string, digests: Digests): readonly string[] {
  const kept = linesOf(readFileSync(keptFile(name), 'utf8'))
  const found = linesOf(textOf(digests))
  return [...new Set([...kept.keys(), ...found.keys()])].sort().flatMap((of) => {
    const [before, now] = [kept.get(of), found.get(of)]
    if (before === now) return []
    if (now === undefined) return [`${of}: no point any more, ${before} before`]
    return [before === undefined ? `${of}: ${now}, nothing before` : `${of}: ${now}, ${before} before`]
  })
}

function linesOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const [kpi, window, ...rest] = line.split(' ')
      return [`${kpi} ${window}`, rest.join(' ')]
    }),
  )
}

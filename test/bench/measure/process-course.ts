import { HOUR_MS, MINUTE_MS } from '../../../src/base/durations.js'
import type { ThreadSample } from '../../faults/soak/samples.js'
import { robustSlope } from '../../faults/soak/slope.js'
import type { Mappings } from './mappings.js'

const PART_MS = 5 * MINUTE_MS
const MIB = 2 ** 20

/** Mappings of a process at an instant. */
export type MappingsLook = readonly [atMs: number, mappings: Mappings]

/** Memory of a process in five minutes of a stretch of time, MiB. */
export interface FiveMinutes {
  /** Minutes of the stretch before them. */
  readonly fromMin: number
  /** Means of all looks. */
  readonly rss: number
  readonly v8: number
  readonly arenas: number
  /** Sums over the threads: the least that was used of each heap, and buffers outside of it on average. */
  readonly heapLeast: number
  readonly outside: number
  /** Most that DuckDB said it held. */
  readonly duckdb: number
}

/** Growth of all mappings, MiB an hour. */
export function slopeOf(looks: readonly MappingsLook[]): number {
  return robustSlope(looks.map(([atMs, mappings]) => [atMs / HOUR_MS, totalOf(mappings) / MIB]))
}

/** Memory by five minutes, so that growth at the beginning is not taken for growth that goes on. */
export function courseOf(looks: readonly MappingsLook[], samples: readonly ThreadSample[]): readonly FiveMinutes[] {
  const beganMs = looks[0]?.[0] ?? 0
  const partOf = (atMs: number) => Math.floor((atMs - beganMs) / PART_MS)
  const parts = [...new Set(looks.map(([atMs]) => partOf(atMs)))]
  return parts.map((part) => {
    const mappings = looks.flatMap(([atMs, one]) => (partOf(atMs) === part ? [one] : []))
    const said = samples.filter(({ atMs }) => partOf(atMs) === part)
    const threads = [...new Set(said.map(({ tid }) => tid))].map((tid) => said.filter((one) => one.tid === tid))
    return {
      fromMin: (part * PART_MS) / MINUTE_MS,
      rss: Math.round(meanOf(mappings.map(totalOf)) / MIB),
      v8: Math.round(meanOf(mappings.map(({ v8 }) => v8)) / MIB),
      arenas: Math.round(meanOf(mappings.map(({ arenas }) => arenas)) / MIB),
      heapLeast: Math.round(sumOf(threads.map((own) => Math.min(...own.map(({ heapUsed }) => heapUsed))))),
      outside: Math.round(sumOf(threads.map((own) => meanOf(own.map(({ external }) => external))))),
      duckdb: Math.round(Math.max(0, ...said.map(({ duckdb = {} }) => sumOf(Object.values(duckdb))))),
    }
  })
}

const totalOf = (mappings: Mappings) => sumOf(Object.values(mappings))

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length
}

import type { KpiPoint } from '../../../src/base/kpi.js'
import type { EventItem } from '../../../src/base/records.js'
import type { CharacteristicLimits } from '../../../src/base/wire.js'

/** Values of one characteristic on one device, oldest first. */
export interface Characteristic {
  readonly key: string
  readonly char: string
  readonly device: string
  readonly values: readonly number[]
}

/** Measured values by what was measured and where, those with most values first. */
export function characteristicsOf(events: readonly EventItem[]): readonly Characteristic[] {
  const found = new Map<string, { key: string; char: string; device: string; values: number[] }>()
  for (const { device, fields } of events) {
    const { char, value } = fields
    if (typeof char !== 'string' || typeof value !== 'number') continue
    const key = `${device}/${char}`
    const known = found.get(key) ?? { key, char, device, values: [] }
    found.set(key, known)
    known.values.push(value)
  }
  return [...found.values()].sort((a, b) => b.values.length - a.values.length || (a.key < b.key ? -1 : 1))
}

/** Values that were measured on parts, oldest first. */
export interface Measured {
  readonly events: readonly EventItem[]
  /** There are more than these. */
  readonly isCut: boolean
}

/** More than that nobody sees in a distribution: the newest count. */
const EVENTS_MAX = 10_000

/** Joins what is known with what was read from its end on: each event once. */
export function withLater(known: Measured, later: Measured): Measured {
  const keyOf = ({ device, id }: EventItem) => `${device}|${id}`
  const all = [...new Map([...known.events, ...later.events].map((event) => [keyOf(event), event])).values()]
  const events = all.sort((a, b) => Date.parse(a.ts) - Date.parse(b.ts)).slice(-EVENTS_MAX)
  const wasFull = known.isCut && known.events.length >= EVENTS_MAX
  return { events, isCut: later.isCut || wasFull || events.length < all.length }
}

/** The limits of one characteristic on one device: an entry for the device goes before one for all. */
export function limitsOf(
  all: readonly CharacteristicLimits[],
  { char, device }: Pick<Characteristic, 'char' | 'device'>,
): CharacteristicLimits | null {
  const named = all.filter(({ id }) => id === char)
  return named.find((one) => one.device === device) ?? named.find((one) => one.device === undefined) ?? null
}

interface Histogram {
  readonly fromValue: number
  readonly width: number
  /** Number of values in each of the classes, which follow each other without a gap. */
  readonly counts: readonly number[]
  readonly mean: number
}

const CLASSES_MAX = 24
const CLASSES_MIN = 5
const NICE = [1, 2, 5, 10]

/** As many classes as √n, of a round width; null where the values do not differ or are too few to show a shape. */
export function histogramOf(values: readonly number[]): Histogram | null {
  if (values.length < CLASSES_MIN) return null
  const [least, most] = [Math.min(...values), Math.max(...values)]
  if (!(most > least)) return null
  const wanted = Math.min(CLASSES_MAX, Math.max(CLASSES_MIN, Math.ceil(Math.sqrt(values.length))))
  const raw = (most - least) / wanted
  const power = 10 ** Math.floor(Math.log10(raw))
  const off = (factor: number) => Math.abs(Math.log((factor * power) / raw))
  const width = power * NICE.reduce((best, factor) => (off(factor) < off(best) ? factor : best))
  const first = Math.floor(least / width + 1e-9)
  const counts = Array.from({ length: Math.floor(most / width + 1e-9) - first + 1 }, () => 0)
  for (const value of values) {
    const index = Math.min(counts.length - 1, Math.max(0, Math.floor(value / width + 1e-9) - first))
    counts[index]! += 1
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { fromValue: first * width, width, counts, mean }
}

/** Values below which no capability is published. Source: KPI specification §4. */
export const SAMPLES_MIN = 50

export const CAPABILITY_KPIS = ['cp', 'cpk', 'pp', 'ppk'] as const
const OF_TWO_LIMITS = { cp: 'cpk', pp: 'ppk' } as const
const RATIO_KPIS = ['scrap_ratio', 'rework_ratio', 'defect_ppm'] as const
export const QUALITY_KPIS = ['fpy', ...CAPABILITY_KPIS, ...RATIO_KPIS]

/** Points to list: with one limit the index of the tolerance's width has no sense and is left out. */
export function listedOf(point: (kpi: string) => KpiPoint | undefined): readonly KpiPoint[] {
  return [...CAPABILITY_KPIS, ...RATIO_KPIS].flatMap((kpi) => {
    const found = point(kpi)
    if (found === undefined) return []
    const other = kpi === 'cp' || kpi === 'pp' ? point(OF_TWO_LIMITS[kpi]) : undefined
    const isOneSided = found.reason === 'bad_config' && other !== undefined && other.reason !== 'bad_config'
    return isOneSided ? [] : [found]
  })
}

/** Start of an axis that ends at 100 % and holds every share and the target, with some air. */
export function shareAxisStart(shares: readonly number[], target: number | null): number {
  const least = Math.min(1, ...shares, ...(target === null ? [] : [target]))
  return Math.max(0, 1 - Math.max((1 - least) * 1.25, 0.01))
}

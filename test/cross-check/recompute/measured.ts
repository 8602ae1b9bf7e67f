import { eventsIn, ofScope } from './events.js'
import { type Figure, type PlantInput, total } from './inputs.js'
import type { Asked } from './members.js'

/** Measured parts, KPI specification §4: each characteristic of each machine by itself, of several the worst. */

const KPIS = ['cp', 'cpk', 'pp', 'ppk', 'cm']
const VALUES_MIN = 50
/** By the size of a subgroup: its mean range in standard deviations of one value. */
const D2: Readonly<Record<number, number>> = {
  2: 1.128,
  3: 1.693,
  4: 2.059,
  5: 2.326,
  6: 2.534,
  7: 2.704,
  8: 2.847,
  9: 2.97,
  10: 3.078,
}

interface Limits {
  readonly lsl?: number
  readonly usl?: number
}

interface Process {
  readonly values: number[]
  readonly groups: Map<string, number[]>
}

export function measuredFigure(kpi: string, asked: Asked): Figure | undefined {
  if (!KPIS.includes(kpi) || ofScope(asked, 'measure').length === 0) return undefined
  const found = processesIn(asked).flatMap(({ device, char, values, groups }) => {
    const limits = limitsOf(asked.input, device, char)
    return limits === undefined ? [] : (judged(kpi, { values, groups }, limits) ?? [])
  })
  return found.length === 0 ? { ...total(0, 0), value: null } : total(Math.min(...found), 1)
}

function processesIn(asked: Asked): readonly (Process & { readonly device: string; readonly char: string })[] {
  const processes = new Map<string, Process & { readonly device: string; readonly char: string }>()
  for (const { device, fields } of eventsIn(asked, 'measure')) {
    const [char, value] = [String(fields.char), Number(fields.value)]
    const none = { device, char, values: [] as number[], groups: new Map<string, number[]>() }
    const process = processes.get(`${device} ${char}`) ?? none
    processes.set(`${device} ${char}`, process)
    process.values.push(value)
    if (fields.subgroup === undefined) continue
    const group = String(fields.subgroup)
    process.groups.set(group, [...(process.groups.get(group) ?? []), value])
  }
  return [...processes.values()]
}

/** Limits of a device go before those for all. */
function limitsOf({ plant }: PlantInput, device: string, char: string): Limits | undefined {
  const named = (plant.characteristics ?? []).filter(({ id }) => id === char)
  return named.find((one) => one.device === device) ?? named.find((one) => one.device === undefined)
}

function judged(kpi: string, { values, groups }: Process, { lsl, usl }: Limits): number | null {
  if (values.length < VALUES_MIN) return null
  const spread = kpi === 'cp' || kpi === 'cpk' ? withinOf([...groups.values()]) : overallOf(values)
  if (spread === null || spread === 0) return null
  if (kpi !== 'cpk' && kpi !== 'ppk') return lsl === undefined || usl === undefined ? null : (usl - lsl) / (6 * spread)
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  return Math.min((usl ?? Number.POSITIVE_INFINITY) - mean, mean - (lsl ?? Number.NEGATIVE_INFINITY)) / (3 * spread)
}

/** The mean range of subgroups over d2; of a single value there is no range. */
function withinOf(groups: readonly (readonly number[])[]): number | null {
  const spreads = groups.flatMap((group) => {
    const d2 = D2[group.length]
    return d2 === undefined ? [] : [(Math.max(...group) - Math.min(...group)) / d2]
  })
  return spreads.length === 0 ? null : spreads.reduce((sum, one) => sum + one, 0) / spreads.length
}

function overallOf(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1))
}

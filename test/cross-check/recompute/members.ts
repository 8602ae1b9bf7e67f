import { amountIn, coveredMs, piecesIn, type Rise, risesOf } from './counters.js'
import { commonMs, type PlantInput, type Sample, type ScopeName, type Span, settingsOf } from './inputs.js'

/** Devices whose readings a figure is made of, KPI specification §1.5. */

const GRID = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh', 'elec_reactive_lead_kvarh']

/** Subject and time of a figure: a plant, a line or a device in a stretch of time. */
export interface Asked {
  readonly input: PlantInput
  readonly scope: ScopeName
  readonly id: string
  readonly span: Span
}

export interface Amount {
  readonly amount: number
  readonly coveredMs: number
  readonly expectedMs: number
}

export const NOTHING: Amount = { amount: 0, coveredMs: 0, expectedMs: 0 }

export function roleOf({ plant }: PlantInput, device: string): string | undefined {
  return plant.devices?.find(({ id }) => id === device)?.role
}

/** Devices of a scope that have sent a metric, by the rules of roles. */
export function membersOf({ input, scope, id }: Asked, metric: string): readonly string[] {
  const sent = input.senders.filter((sender) => input.samplesOf(sender.id, metric).length > 0)
  if (scope === 'device') return sent.filter((one) => one.id === id).map((one) => one.id)
  const inScope = scope === 'plant' ? sent : sent.filter(({ line }) => line === id)
  const ids = inScope.map((one) => one.id)
  if (!GRID.includes(metric)) return ids.filter((one) => roleOf(input, one) !== 'sub')
  const mains = (input.plant.devices ?? []).filter(({ role }) => role === 'main').map((one) => one.id)
  if (scope === 'line' || mains.length > 0) return ids.filter((one) => mains.includes(one))
  return ids.filter((one) => input.plant.devices?.some((device) => device.id === one) !== true)
}

const risesBySamples = new WeakMap<readonly Sample[], readonly Rise[]>()

export function registerOf(input: PlantInput, device: string, metric: string): readonly Rise[] {
  const samples = input.samplesOf(device, metric)
  let rises = risesBySamples.get(samples)
  if (rises === undefined) {
    rises = risesOf(samples, settingsOf(input, device, metric))
    risesBySamples.set(samples, rises)
  }
  return rises
}

/** Amount by which the registers of a scope rose. */
export function amountOf(asked: Asked, metric: string, how: 'split' | 'whole' = 'split'): Amount {
  return sumOf(membersOf(asked, metric).map((device) => deviceAmount(asked, device, metric, how)))
}

export function deviceAmount(
  { input, span }: Asked,
  device: string,
  metric: string,
  how: 'split' | 'whole' = 'split',
): Amount {
  const rises = registerOf(input, device, metric)
  const first = input.samplesOf(device, metric)[0]?.ts ?? Number.POSITIVE_INFINITY
  const expectedMs = commonMs(span, { fromMs: first, toMs: span.toMs })
  const amount = how === 'split' ? amountIn(rises, span) : piecesIn(rises, span)
  return { amount, coveredMs: coveredMs(rises, span), expectedMs }
}

export function sumOf(amounts: readonly Amount[]): Amount {
  return amounts.reduce(
    (sum, one) => ({
      amount: sum.amount + one.amount,
      coveredMs: sum.coveredMs + one.coveredMs,
      expectedMs: sum.expectedMs + one.expectedMs,
    }),
    NOTHING,
  )
}

export function coverageOf(...amounts: readonly Amount[]): number {
  const all = sumOf(amounts)
  return all.expectedMs === 0 ? 0 : all.coveredMs / all.expectedMs
}

/** Imported electricity: of a line its main meter, else its submeters; of a device its import, else its submeter. */
export function importOf(asked: Asked): Amount | null {
  if (membersOf(asked, 'elec_import_kwh').length > 0) return amountOf(asked, 'elec_import_kwh')
  if (asked.scope === 'plant') return null
  const subs = asked.input.senders.filter(({ id, line }) => {
    const isIn = asked.scope === 'line' ? line === asked.id : id === asked.id
    return isIn && asked.input.samplesOf(id, 'elec_submeter_kwh').length > 0
  })
  return subs.length === 0 ? null : sumOf(subs.map(({ id }) => deviceAmount(asked, id, 'elec_submeter_kwh')))
}

/** The meters whose import a scope has, for registers that stand beside it. */
export function importMeters(asked: Asked): readonly { readonly device: string; readonly metric: string }[] {
  const mains = membersOf(asked, 'elec_import_kwh')
  if (mains.length > 0) return mains.map((device) => ({ device, metric: 'elec_import_kwh' }))
  if (asked.scope === 'plant') return []
  const subs = asked.input.senders.filter(({ id, line }) => {
    const isIn = asked.scope === 'line' ? line === asked.id : id === asked.id
    return isIn && asked.input.samplesOf(id, 'elec_submeter_kwh').length > 0
  })
  return subs.map(({ id }) => ({ device: id, metric: 'elec_submeter_kwh' }))
}

/** Good pieces: those of the counting points, else of every sender. */
export function goodUnits(asked: Asked): Amount | null {
  const counting = (asked.input.plant.devices ?? []).filter((one) => one.counting_point === true).map(({ id }) => id)
  const senders = membersOf(asked, 'parts_good')
  const used = counting.length === 0 ? senders : senders.filter((one) => counting.includes(one))
  return used.length === 0 ? null : sumOf(used.map((device) => deviceAmount(asked, device, 'parts_good', 'whole')))
}

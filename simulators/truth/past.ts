import { Temporal } from 'temporal-polyfill'
import type { DeviceSamples } from '../device-samples.js'
import { pastOf } from '../past/past.js'
import type { SimulatedPlant } from '../plant.js'
import { followRegister, type Shown } from './register.js'

/** Sum of a device over one whole local day or month of the past, as its registers tell it. */
export interface PastExpectation {
  readonly plant: string
  readonly device: string
  readonly metric: string
  readonly window: '1d' | '1mo'
  /** RFC 3339. */
  readonly start: string
  readonly value: number
}

/** Registers whose sums are stated, and whether they count pieces. */
const STATED = [
  { metric: 'elec_import_kwh', isPieces: false },
  { metric: 'renew_onsite_kwh', isPieces: false },
  { metric: 'ng_volume_nm3', isPieces: false },
  { metric: 'parts_good', isPieces: true },
] as const

/** The past of a run. */
export interface PastRange {
  readonly days: number
  /** It begins here in the first of the plants, and ends where the samples of the run begin, epoch ms. */
  readonly fromMs: number
  readonly presentMs: number
}

/** One device of a run with all that it has sampled of the present. */
interface Logged {
  readonly plant: SimulatedPlant
  readonly samples: DeviceSamples
}

/**
 * Sums of the registers of one device over all whole local days and months between the begin of its past and the end of the
 * run, from the samples alone that it has sent.
 *
 * @param toMs end of the run, epoch ms
 */
export function* pastExpectationsOf(
  { plant, samples }: Logged,
  { days, fromMs, presentMs }: PastRange,
  toMs: number,
): Generator<PastExpectation> {
  const past = pastOf(plant, samples.device, days, fromMs, presentMs)
  for (const { metric, isPieces } of STATED) {
    const shown = [...registerOf(past, metric), ...registerOf(samples.all(toMs + 1), metric)]
    const firstMs = shown[0]?.ts
    if (firstMs === undefined || firstMs >= presentMs) continue
    const starts = midnights(plant.timezone, firstMs, toMs)
    const { at } = followRegister(
      shown,
      starts.map((one) => one.epochMilliseconds),
      { isPieces, maxGapMs: Infinity },
    )
    const sums = { plant: plant.id, device: samples.device.path.device, metric }
    const sum = (window: '1d' | '1mo', from: number, to: number): PastExpectation => {
      return { ...sums, window, start: starts[from]!.toInstant().toString(), value: at[to]! - at[from]! }
    }
    for (let day = 0; day + 1 < starts.length; day++) {
      yield sum('1d', day, day + 1)
      if (starts[day]!.day !== 1) continue
      const next = day + starts[day]!.daysInMonth
      if (next < starts.length) yield sum('1mo', day, next)
    }
  }
}

function registerOf(samples: Iterable<{ readonly ts: number; readonly metrics: object }>, metric: string): Shown[] {
  const found: Shown[] = []
  for (const { ts, metrics } of samples) {
    const value = (metrics as Readonly<Record<string, unknown>>)[metric]
    if (typeof value === 'number') found.push({ ts, value })
  }
  return found
}

/** The local midnights in [fromMs, toMs]. */
function midnights(zone: string, fromMs: number, toMs: number): Temporal.ZonedDateTime[] {
  const found: Temporal.ZonedDateTime[] = []
  let next = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone).startOfDay()
  if (next.epochMilliseconds < fromMs) next = next.add({ days: 1 }).startOfDay()
  for (; next.epochMilliseconds <= toMs; next = next.add({ days: 1 }).startOfDay()) found.push(next)
  return found
}

import { QUARTER_HOUR_MS } from '../../base/durations.js'
import { type BoundedValue, chanceAbove } from './chance.js'
import { type SlidingKnown, slidExpected, slidMeasured } from './sliding-demand.js'

/** Hours of a block of demand. */
const BLOCK_H = 0.25
/** A block is expected to be above the limit from this chance on. */
const EXPECTED_FROM = 0.5

/** Forecast of the energy of one block, kWh. */
export interface BlockForecast extends BoundedValue {
  /** Epoch ms. */
  readonly startMs: number
}

/** Everything that is known of the demand of a plant at an instant. */
export interface DemandKnown {
  readonly nowMs: number
  /** Limit of the mean power of a block; null without one. */
  readonly limitKw: number | null
  /** Energy of the running block up to an instant, epoch ms; null while nothing of it is known. */
  readonly measured: { readonly kwh: number; readonly untilMs: number } | null
  /** Forecast of the running block, made before it; null when none is shown. */
  readonly running: BoundedValue | null
  /** Forecasts of later blocks, ascending; others are left out. */
  readonly later: readonly BlockForecast[]
  /** Minutes, where demand slides by them; null where it goes by blocks. */
  readonly sliding: SlidingKnown | null
}

/**
 * Expected mean power of one block, kW, and the chance that it is above the limit. Where demand slides by the minute, both are of the highest fifteen
 * minutes that end in the block.
 */
export interface BlockOutlook extends BoundedValue {
  readonly startMs: number
  readonly endMs: number
  /** 0.05..0.95, 0.05 for at most and 0.95 for at least so much; 1 when it is above already; null without a limit. */
  readonly chance: number | null
}

/** Expected demand of the running block and of those behind it. */
export interface DemandOutlook {
  readonly startMs: number
  readonly endMs: number
  /** Null when the running block has no forecast. */
  readonly running: BlockOutlook | null
  /** The limit is passed already: by the energy so far, or where demand slides by fifteen minutes that have ended; null when one of the two is not known. */
  readonly isOver: boolean | null
  readonly later: readonly BlockOutlook[]
  /** The block with the highest expected power; null when none has a forecast. */
  readonly highest: BlockOutlook | null
  /** The first block that is expected above the limit, and the time until it begins; null when none is. */
  readonly firstOver: (BlockOutlook & { readonly leadMs: number }) | null
}

/** The running block of demand and those behind it against a limit. It has no clock: blocks are quarters of an hour of UTC, which all zones share. */
export function demandOutlook({ nowMs, limitKw, measured, running, later, sliding }: DemandKnown): DemandOutlook {
  const startMs = Math.floor(nowMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  const endMs = startMs + QUARTER_HOUR_MS
  const part = measured === null ? 0 : (Math.min(measured.untilMs, endMs) - startMs) / QUARTER_HOUR_MS
  const sofar = measured !== null && part > 0 ? { kwh: measured.kwh, part } : null
  const billedKwh = sofar === null ? null : Math.max(sofar.kwh, (sliding === null ? null : slidMeasured(sliding)) ?? 0)
  const isOver = billedKwh === null || limitKw === null ? null : billedKwh > limitKw * BLOCK_H
  const outlookOf = (fromMs: number, energy: BoundedValue): BlockOutlook => ({
    startMs: fromMs,
    endMs: fromMs + QUARTER_HOUR_MS,
    ...scaled(energy, (kwh) => kwh / BLOCK_H),
    chance: limitKw === null ? null : chanceAbove(limitKw * BLOCK_H, energy),
  })
  const atItsEnd = running === null || sofar === null ? running : atEnd(running, sofar)
  const slid = (kwh: number) => (sliding === null ? kwh : slidExpected(sliding, kwh))
  const now = atItsEnd === null ? null : outlookOf(startMs, scaled(atItsEnd, slid))
  const runningNow = now !== null && isOver === true ? { ...now, chance: 1 } : now
  const ratio = sliding?.ratio ?? 1
  const ahead = later
    .filter((one) => one.startMs >= endMs)
    .map((one) =>
      outlookOf(
        one.startMs,
        scaled(one, (kwh) => kwh * ratio),
      ),
    )
  const all = [...(runningNow === null ? [] : [runningNow]), ...ahead]
  const first = all.find(({ chance }) => chance !== null && chance >= EXPECTED_FROM)
  return {
    startMs,
    endMs,
    running: runningNow,
    isOver,
    later: ahead,
    highest: all.reduce<BlockOutlook | null>(
      (best, one) => (best === null || one.value > best.value ? one : best),
      null,
    ),
    firstOver: first === undefined ? null : { ...first, leadMs: Math.max(0, first.startMs - nowMs) },
  }
}

/**
 * Energy of a block at its end, of which a part has been measured. The rest of it goes on as forecast at first and ever more as measured;
 * its bounds narrow with the root of what is left, as if minutes erred each by itself, which is cautious.
 */
function atEnd(forecast: BoundedValue, { kwh, part }: { readonly kwh: number; readonly part: number }): BoundedValue {
  const left = 1 - part
  const expected = kwh + left * (left * forecast.value + kwh)
  return scaled(forecast, (bound) => Math.max(kwh, expected + Math.sqrt(left) * (bound - forecast.value)))
}

function scaled({ value, low50, high50, low90, high90 }: BoundedValue, by: (one: number) => number): BoundedValue {
  return { value: by(value), low50: by(low50), high50: by(high50), low90: by(low90), high90: by(high90) }
}

/**
 * A new highest demand adds so much to the bill of its month, in the currency of that: each kW above the highest so far costs what those
 * before it did. Null when the month has no demand or no cost of it yet.
 */
export function extraDemandCost(of: {
  readonly expectedKw: number
  readonly highestKw: number | null
  readonly cost: number | null
}): number | null {
  const { expectedKw, highestKw, cost } = of
  if (highestKw === null || cost === null || highestKw <= 0) return null
  return (Math.max(0, expectedKw - highestKw) * cost) / highestKw
}

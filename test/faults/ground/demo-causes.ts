import { demoPlants } from '../../../simulators/demo-plants.js'
import { DeviceSamples } from '../../../simulators/device-samples.js'
import { Timetable } from '../../../simulators/timetable.js'
import { demoConfig } from '../../../simulators/truth/config.js'
import { localDays, type Span } from '../../../simulators/truth/windows.js'
import type { PlantOptions } from '../../../src/base/plant.js'
import { DemoFigures, type TrueFigure } from './demo-figures.js'

/** Nearer to its limit than this share of it, a figure may be on either side. */
const NEAR = 0.01
const HOUR_MS = 3_600_000

/** The demo's rules on figures, by what the samples say. */
export interface TrueCause {
  readonly plant: string
  readonly rule: string
  /** Start of the window, epoch ms. */
  readonly startMs: number
  readonly endMs: number
  readonly value: number
  readonly limit: number
  /** `must`: it is beyond its limit for certain; `may`: so near to it that both are right. */
  readonly is: 'must' | 'may'
}

interface Rule {
  readonly id: string
  readonly kpi: string
  readonly window: string
  readonly side: 'above' | 'below'
  readonly limit: number
}

/** When the simulators of a demo began, with how much of the past, and how they are asked to sample. */
export interface DemoRun {
  readonly startedAtMs: number
  readonly backfillMs: number
  readonly toMs: number
}

const LIVE_PERIOD_MS = 5000
const LOOK_MS = 1000

/**
 * Every window in which a figure was beyond a limit, out of what the simulated devices sampled. Devices that work have no
 * silence, no wrong clock, no refused names and no gaps: alarms on these have no true cause in a demo.
 */
export function demoCauses({ startedAtMs, backfillMs, toMs }: DemoRun): readonly TrueCause[] {
  const options = { startedAtMs, fromMs: startedAtMs, untilMs: null, backfillMs, periodMs: LIVE_PERIOD_MS, speed: 1 }
  const timetable = new Timetable(options)
  const config = demoConfig()
  return demoPlants(1).flatMap((plant) => {
    const settings = config.get(plant.id)!
    const devices = plant.devices.map(
      (device) => new DeviceSamples(plant, device, device.isOnChange ? timetable.withPeriod(LOOK_MS) : timetable),
    )
    const figures = new DemoFigures(settings, devices, toMs)
    const days = localDays(settings.timezone, timetable.firstMs, toMs)
    return rulesOf(settings).flatMap((rule) => {
      const figure = figures.of(rule.kpi)
      if (figure === undefined) throw new Error(`no true figure of ${rule.kpi} is known`)
      const spans = rule.window === '1d' ? days : days.flatMap(({ hours }) => hours)
      return causesOf(rule, plant.id, figure, spans, toMs)
    })
  })
}

function causesOf(rule: Rule, plant: string, figure: TrueFigure, spans: readonly Span[], toMs: number): TrueCause[] {
  return spans.flatMap(({ startMs, endMs }) => {
    // A figure of a day that is not over yet is known as far as it goes.
    const value = startMs >= toMs ? null : figure({ startMs, endMs: Math.min(endMs, toMs) })
    if (value === null) return []
    const beyond = rule.side === 'above' ? value - rule.limit : rule.limit - value
    const near = NEAR * (Math.abs(rule.limit) || 1)
    if (beyond < -near) return []
    // Only a sum that grows is told before its window is over.
    const isOver = endMs + HOUR_MS / 60 < toMs || rule.kpi === 'energy_elec_import'
    return [
      { plant, rule: rule.id, startMs, endMs, value, limit: rule.limit, is: beyond > near && isOver ? 'must' : 'may' },
    ]
  })
}

/** The settings as they are written: targets have limits under names of their own. */
function rulesOf({ targets, alarms }: PlantOptions): readonly Rule[] {
  const ofTargets = targets.flatMap(({ kpi, window, min, max, budget, warn }): (Rule | null)[] => {
    const rule = (what: string, side: Rule['side'], limit: number | undefined) =>
      limit === undefined ? null : { id: `${kpi}-${window}-${what}`, kpi, window, side, limit }
    return [
      rule('max', 'above', max),
      rule('warn', 'above', max === undefined || warn === undefined ? undefined : max * warn),
      rule('min', 'below', min),
      rule('budget', 'above', budget),
    ]
  })
  const ofAlarms = alarms.map(({ id, kpi, window, above, below }): Rule => {
    return above === undefined
      ? { id, kpi, window, side: 'below', limit: below! }
      : { id, kpi, window, side: 'above', limit: above }
  })
  return [...ofTargets.filter((rule) => rule !== null), ...ofAlarms]
}

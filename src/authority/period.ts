import { HOUR_MS } from '../base/durations.js'
import type { Hj212Pollutant } from '../base/hj212/codes.js'
import { massKgH } from '../kpi/formulas/arithmetic/cems.js'
import type { PollutantNames } from '../kpi/formulas/stacks/pollutants.js'
import { POLLUTANT_NAMES } from '../kpi/formulas/stacks/pollutants.js'
import type { TimeRange } from '../kpi/series/calendar.js'
import type { Point, Stream } from '../kpi/windows/point.js'
import { levelsIn } from './levels.js'
import type { Quantity, StackMessage } from './message.js'
import {
  FLOW_SENT,
  namesOf,
  reportedFlow,
  reportedQuantitiesOf,
  STACK_METRICS,
  type Stack,
  StackLevels,
} from './stack.js'
import type { Kept } from './windows.js'

/** Values that the KPIs of one pollutant have for a window; null where they have none. */
interface Figures {
  readonly measured: number | null
  readonly reference: number | null
  readonly kg: number | null
}

/** The KPIs that hour and day data are made of. */
const KPIS = { measured: 'pollutant_mean', reference: 'pollutant_ref_mean', kg: 'pollutant_mass' } as const

export const FIGURE_WINDOWS = { hour: '1h', day: '1d' } as const

/** The ids of the KPIs behind hour and day data. */
export const FIGURE_KPIS: readonly string[] = POLLUTANT_NAMES.flatMap(({ id }) =>
  Object.values(KPIS).map((kpi) => `${kpi}_${id}`),
)

/** Streams of a stack that hour or day data are made of. */
export function isFigureOf(stream: Stream, plant: string, stack: string): boolean {
  return stream.scope === 'device' && stream.plant === plant && stream.id === stack && FIGURE_KPIS.includes(stream.kpi)
}

/**
 * Data of minutes, an hour or a day. Of hours and days means and masses of pollutants are the final KPI points; all else,
 * and all of minutes, is made of the readings by the same formulas, valid with three quarters of the time.
 * @param points final points of the window; none for minutes
 */
export async function periodMessage(
  stack: Stack,
  period: Kept,
  span: TimeRange,
  points: readonly Point[],
): Promise<StackMessage | null> {
  const told = reportedQuantitiesOf(stack)
  if (told.length === 0) return null
  const levels = new StackLevels(stack, await levelsIn(stack.readings, STACK_METRICS, span), span.startMs)
  const hours = (span.endMs - span.startMs) / HOUR_MS
  const figures = (names: PollutantNames) =>
    period === 'minute' ? figuresOfMinutes(names, levels, hours) : figuresOfPoints(names, points)
  return {
    period,
    timeMs: span.startMs,
    quantities: told.map((of) => quantityOf(of, { levels, stack, hours, figures })),
  }
}

interface Made {
  readonly levels: StackLevels
  readonly stack: Stack
  readonly hours: number
  figures(names: PollutantNames): Figures
}

function quantityOf(of: Hj212Pollutant, { levels, stack, hours, figures }: Made): Quantity {
  const { min, max } = levels.of(of.metric)
  if (of.metric === 'stack_flow_nm3h') {
    const nm3h = levels.flow().value
    if (nm3h === null) return { of, values: [], flag: levels.flag(...FLOW_SENT) }
    const told = (value: number) => reportedFlow(value, stack.flowUnit!)
    return {
      of,
      values: [
        ['Cou', nm3h * hours],
        ...spread(min === null ? null : told(min), told(nm3h), max === null ? null : told(max)),
      ],
      flag: 'N',
    }
  }
  const names = namesOf(of)
  if (names === undefined) {
    const mean = levels.mean(of.metric)
    return mean === null
      ? { of, values: [], flag: levels.flag(of.metric) }
      : { of, values: spread(min, mean, max), flag: 'N' }
  }
  const { measured, reference, kg } = figures(names)
  // Extremes of wet gas were never brought to dry gas.
  const isDry = stack.version.stack(stack.readings.stack).basis === 'dry'
  const values: Quantity['values'] = [
    ...(kg === null ? [] : [['Cou', kg] as const]),
    ...(measured === null ? [] : spread(isDry ? min : null, measured, isDry ? max : null)),
    ...(reference === null ? [] : [['ZsAvg', reference] as const]),
  ]
  if (measured !== null || reference !== null) return { of, values, flag: levels.isStopped ? 'F' : 'N' }
  return { of, values, flag: levels.flag(of.metric, ...(of.refMetric === null ? [] : [of.refMetric])) }
}

function spread(min: number | null, mean: number, max: number | null): readonly (readonly [string, number])[] {
  return [
    ...(min === null ? [] : [['Min', min] as const]),
    ['Avg', mean],
    ...(max === null ? [] : [['Max', max] as const]),
  ]
}

function figuresOfPoints({ id }: PollutantNames, points: readonly Point[]): Figures {
  const figure = (kpi: string) => points.find(({ stream }) => stream.kpi === `${kpi}_${id}`)?.value ?? null
  return { measured: figure(KPIS.measured), reference: figure(KPIS.reference), kg: figure(KPIS.kg) }
}

function figuresOfMinutes(names: PollutantNames, levels: StackLevels, hours: number): Figures {
  const measured = levels.measured(names).value
  const nm3h = levels.flow().value
  return {
    measured,
    reference: levels.reference(names).value,
    kg: measured === null || nm3h === null ? null : massKgH(measured, nm3h) * hours,
  }
}

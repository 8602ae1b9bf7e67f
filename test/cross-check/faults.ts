import type { KpiPoint } from '../../src/base/kpi.js'
import type { RangeFigure } from '../../src/base/range-figure.js'
import type { Report } from '../../src/base/report.js'
import type { Ask } from './gateway-input.js'

/** Faults that a gateway has had, put back into its answers: the cross-check has to find each of them. */

export interface PlantedFault {
  readonly name: string
  /** In whose figures it has to be found. */
  readonly kpi: string
  plantedIn(ask: Ask): Ask
}

interface Answer {
  readonly points?: readonly KpiPoint[]
  readonly figures?: readonly RangeFigure[]
}

/** Another answer where one is about a KPI. */
function changing(
  kpi: string,
  changed: (figure: RangeFigure, ask: Ask, path: string) => RangeFigure | Promise<RangeFigure>,
  changedPoint: (point: KpiPoint) => KpiPoint = (point) => point,
): PlantedFault['plantedIn'] {
  return (ask) =>
    async <T>(path: string) => {
      const answer = (await ask<T>(path)) as T & Answer
      if (answer.figures !== undefined) {
        const figures = answer.figures.map((one) => (one.kpi === kpi ? changed(one, ask, path) : one))
        return { ...answer, figures: await Promise.all(figures) }
      }
      return answer.points?.[0]?.kpi === kpi ? { ...answer, points: answer.points.map(changedPoint) } : answer
    }
}

const DAY_MS = 86_400_000

/** Values of the hours of a range, one by one, without those that have none. */
async function hoursOf(ask: Ask, { plant, scope, id, kpi, from, to }: RangeFigure): Promise<readonly number[]> {
  const path = `/plants/${plant}/kpis/${kpi}/series?window=1h&scope=${scope}&id=${id}&from=${from}&to=${to}&limit=10000`
  const { points } = await ask<{ readonly points: readonly KpiPoint[] }>(path)
  return points.flatMap(({ value }) => value ?? [])
}

async function totalOf(
  ask: Ask,
  { plant, scope, id, to }: RangeFigure,
  kpi: string,
  from: string,
): Promise<number | null> {
  const path = `/plants/${plant}/kpis/totals?kpi=${kpi}&scope=${scope}&id=${id}&from=${from}&to=${to}`
  return (await ask<{ readonly figures: readonly RangeFigure[] }>(path)).figures[0]?.value ?? null
}

export const FAULTS: readonly PlantedFault[] = [
  {
    name: 'capture of a stack is divided by 100 once more',
    kpi: 'valid_capture_nox',
    plantedIn: changing(
      'valid_capture_nox',
      (one) => ({ ...one, value: one.value === null ? null : one.value / 100 }),
      (one) => ({ ...one, value: one.value === null ? null : one.value / 100 }),
    ),
  },
  {
    name: 'coverage is only over the time in which there are data',
    kpi: 'energy_elec_import',
    plantedIn: changing('energy_elec_import', (one) => ({ ...one, coverage: 1, value: one.known, reason: '' })),
  },
  {
    name: 'a load factor of a range is the mean of its hours',
    kpi: 'load_factor',
    plantedIn: changing('load_factor', async (one, ask) => {
      const hours = await hoursOf(ask, one)
      return { ...one, value: one.value === null ? null : hours.reduce((sum, hour) => sum + hour, 0) / hours.length }
    }),
  },
  {
    name: 'energy for a good part is that of its worst hour',
    kpi: 'sec',
    plantedIn: changing('sec', async (one, ask) => ({
      ...one,
      value: one.value === null ? null : Math.max(...(await hoursOf(ask, one))),
    })),
  },
  {
    name: 'a range says what its last day does',
    kpi: 'peak_demand_15',
    plantedIn: changing('peak_demand_15', async (one, ask) => {
      const from = new Date(Math.max(Date.parse(one.from), Date.parse(one.to) - DAY_MS)).toISOString()
      return { ...one, value: await totalOf(ask, one, one.kpi, from) }
    }),
  },
  {
    name: 'use of robots over the calendar stands under the name of planned time',
    kpi: 'robot_util_planned',
    plantedIn: changing('robot_util_planned', async (one, ask) => ({
      ...one,
      value: await totalOf(ask, one, 'robot_util_calendar', one.from),
    })),
  },
  {
    name: 'data are complete although nothing has come for hours',
    kpi: 'data_completeness',
    plantedIn: changing('data_completeness', (one) => ({ ...one, value: 1 })),
  },
]

/** A report as one was frozen: its captures divided by 100 once more. */
export function withSmallCapture(report: Report): Report {
  const figures = Object.entries(report.figures).map(([id, figure]) => {
    const isCapture = figure.made.by === 'rule' && figure.made.formula === 'stack_capture' && figure.value !== null
    return [id, isCapture ? { ...figure, value: String(Number(figure.value) / 100) } : figure]
  })
  return { ...report, figures: Object.fromEntries(figures) }
}

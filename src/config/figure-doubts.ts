import { addsUp, type KpiInfo, type Scope, type Window } from '../base/kpi.js'
import type { PlantOptions } from '../base/plant.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'

/** A KPI with the windows and the scopes in which it is computed, and how its figures combine. */
export type ComputedFigure = Pick<KpiInfo, 'id' | 'windows' | 'scopes' | 'shape'>

/** A rule on the figures of one KPI, with its place in the plant. */
interface FigureRule {
  readonly list: 'targets' | 'alarms'
  readonly index: number
  readonly kpi: string
  readonly window: Window
  readonly scope: Scope
}

/** Targets, budgets, alarms and forecasts that never come to anything: of no KPI, or of figures that are not computed, projected or forecast. */
export function figureDoubts(config: Config, kpis: readonly ComputedFigure[]): ConfigFinding[] {
  const byId = new Map(kpis.map((kpi) => [kpi.id, kpi]))
  const ids = [...byId.keys()]
  const ofForecasts = config.insight.kpis.flatMap((kpi, index) => {
    const path = ['insight', 'kpis', index]
    return byId.has(kpi) ? notForecast(config, path, byId.get(kpi)!) : [unknownKpi(config, path, kpi, ids)]
  })
  const ofPlants = config.plants.flatMap((plant, p) => [
    ...(['targets', 'budgets', 'alarms'] as const).flatMap((list) =>
      plant[list].flatMap(({ kpi }, index) => {
        return byId.has(kpi) ? [] : [unknownKpi(config, ['plants', p, list, index, 'kpi'], kpi, ids)]
      }),
    ),
    ...rulesOn(plant).flatMap((rule) => notComputed(config, p, plant, rule, byId.get(rule.kpi))),
    ...plant.budgets.flatMap(({ kpi }, index) =>
      notProjected(config, ['plants', p, 'budgets', index, 'kpi'], byId.get(kpi)),
    ),
  ])
  return [...ofForecasts, ...ofPlants]
}

function rulesOn({ targets, alarms }: PlantOptions): readonly FigureRule[] {
  const scope = 'plant'
  return [
    ...targets.map(({ kpi, window }, index) => ({ list: 'targets' as const, index, kpi, window, scope }) as const),
    ...alarms.map(({ kpi, window, scope }, index) => ({ list: 'alarms' as const, index, kpi, window, scope })),
  ]
}

function unknownKpi(
  config: Config,
  path: readonly (string | number)[],
  kpi: string,
  ids: readonly string[],
): ConfigFinding {
  const meant = nearest(kpi, ids)
  const remedy =
    meant === undefined ? 'docs/reference/kpis.md lists the KPIs of this version' : `did you mean ${meant}?`
  return findingAt(config, path, 'is not a KPI of this version', remedy)
}

/** Nothing is ever judged where there are no figures: neither in that window, nor of that scope, nor of shifts where there are none. */
function notComputed(
  config: Config,
  p: number,
  { id, shifts }: PlantOptions,
  { list, index, kpi, window, scope }: FigureRule,
  info: ComputedFigure | undefined,
): ConfigFinding[] {
  if (info === undefined) return []
  const at = (setting: string) => ['plants', p, list, index, setting]
  if (!info.scopes.includes(scope)) {
    const setting = list === 'targets' ? 'kpi' : 'scope'
    const problem = `means figures of each ${scope}, of which ${kpi} is not computed: nothing is ever judged`
    return [findingAt(config, at(setting), problem, `it is computed of: ${info.scopes.join(', ')}`)]
  }
  if (!info.windows.includes(window)) {
    const problem = `is a window in which ${kpi} is not computed: nothing is ever judged`
    return [findingAt(config, at('window'), problem, `it is computed in: ${info.windows.join(', ')}`)]
  }
  if (window !== 'shift' || shifts.length > 0) return []
  const problem = `is a window that never comes, since ${id} has no shifts: nothing is ever judged`
  return [findingAt(config, at('window'), problem, 'add the shifts of the plant, or choose another window')]
}

/** Month and year are projected out of days that add up: a budget of any other figure is compared with nothing. */
function notProjected(
  config: Config,
  path: readonly (string | number)[],
  info: ComputedFigure | undefined,
): ConfigFinding[] {
  if (info === undefined || addsUp(info)) return []
  const remedy = 'choose one whose days add up, as energy, cost or emissions'
  return [
    findingAt(config, path, 'is a KPI whose days do not add up to months: its budget is compared with nothing', remedy),
  ]
}

/** Forecasts are of quarters of an hour that add up. */
function notForecast(
  config: Config,
  path: readonly (string | number)[],
  { shape, windows }: ComputedFigure,
): ConfigFinding[] {
  if (shape === 'sum' && windows.includes('15m')) return []
  const problem = 'is a KPI that has no quarters of an hour which add up: it is not forecast'
  return [
    findingAt(config, path, problem, 'choose one that is a sum and has the window 15m, as good_units or energy_cost'),
  ]
}

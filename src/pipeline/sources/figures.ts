import type { Archive } from '../../archive/archive.js'
import type { Clock } from '../../base/clock.js'
import { QUALITIES } from '../../base/quality.js'
import type { PlantNode } from '../../base/wire.js'
import { CATALOGUE } from '../../kpi/catalogue.js'
import type { Engine } from '../../kpi/engine.js'
import { toWire } from '../../kpi/windows/point.js'
import type { Stores } from '../../stores/stores.js'
import type { PlantSources } from '../../views/routes/plants.js'
import type { StackSources } from '../../views/routes/stacks.js'
import type { StateSources } from '../../views/routes/states.js'
import type { KpiFigures } from '../../views/sources/kpis.js'
import type { Configs } from '../configs.js'
import type { FigureDemand } from '../figure-demand.js'
import { historyWithMemory } from '../history-with-memory.js'
import { readStackHours } from '../stack-hours.js'
import { deviceStates } from '../states.js'

/** Stages that know figures. */
export interface FigureParts {
  readonly clock: Clock
  readonly configs: Configs
  readonly archive: Archive
  readonly engine: Engine
  readonly stores: Stores
  readonly demand: FigureDemand
}

type Figures = KpiFigures &
  Pick<PlantSources, 'readings'> &
  Pick<StateSources, 'states'> &
  Pick<StackSources, 'stackHours'>

/** Answers to questions about KPIs, readings, states and hours of stacks. */
export function figureSources(parts: FigureParts, tree: () => readonly PlantNode[]): Figures {
  const { engine, archive, stores, configs, demand } = parts
  return {
    catalogue: CATALOGUE,
    latest: (plant, { scope, id, window, wants }) =>
      engine
        .latest(
          plant,
          (stream) =>
            (scope === undefined || stream.scope === scope) &&
            (id === undefined || stream.id === id) &&
            (window === undefined || stream.window === window) &&
            (wants === undefined || wants(stream)),
        )
        .map(toWire),
    watch: (plant, watched) => demand.ask(plant, watched),
    points: async (query) => {
      if (query.finalOnly !== true) await demand.ask(query.plant, query)
      return (await historyWithMemory(stores.history, engine, query)).map((point) => engine.redo.toWire(point))
    },
    readings: async ({ plant, device, metric, fromMs, afterMs, toMs, limit }) => {
      const series = archive.series.find(plant, device, metric)
      if (series === undefined) return []
      const sinceMs = Math.max(fromMs, afterMs === null ? fromMs : afterMs + 1)
      const query = { plant, device, class: series.class, metric, fromMs: sinceMs, toMs, limit }
      return (await stores.history.readings(query)).map(({ ts, value, quality }) => ({
        ts: new Date(ts).toISOString(),
        value,
        unit: series.unit,
        quality: QUALITIES[quality] ?? 'good',
      }))
    },
    states: (query) =>
      deviceStates(
        engine,
        tree().find(({ id }) => id === query.plant),
        query,
      ),
    stackHours: (query) =>
      readStackHours(
        {
          archive,
          points: (stream) => historyWithMemory(stores.history, engine, { ...stream, afterMs: null }),
          timezone: configs.plant(query.plant)?.timezone ?? 'UTC',
          stated: configs.stated(query.plant),
          nowMs: parts.clock.nowMs(),
        },
        query,
      ),
  }
}

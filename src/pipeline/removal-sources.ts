import type { Archive } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import type { Senders } from '../archive/senders.js'
import type { ForgetSources } from '../views/routes/forget.js'
import type { ForgetMetricsSources } from '../views/routes/forget-metrics.js'
import type { Configs } from './configs.js'
import { forgetMetricsOnRequest } from './forget-metrics.js'
import { forgetOnRequest, isFreezing } from './forget-request.js'
import { devicesOnFrozenDays, metricsOnFrozenDays } from './frozen-devices.js'
import type { OperatorActions } from './operator-actions.js'
import { type RemovalProgressDeps, removalProgress } from './removal-progress.js'
import type { ReportAnswerDeps } from './report-answers.js'

export interface RemovalSourceDeps extends RemovalProgressDeps {
  readonly database: Database
  readonly archive: Pick<Archive, 'series'>
  readonly senders: Senders
  readonly configs: Pick<Configs, 'known' | 'plant'>
  readonly actions: OperatorActions
  readonly reports: ReportAnswerDeps
}

/** Answers to orders to remove something of a plant. */
export function removalSources(
  deps: RemovalSourceDeps,
): Pick<ForgetSources, 'forgetDevices' | 'removals'> & Pick<ForgetMetricsSources, 'forgetMetrics'> {
  const { database, archive, senders, configs, actions, reports } = deps
  const { index, frozenDays } = reports.audit
  const isHeld = (plant: string) => isFreezing({ requests: reports.reports.requests, index }, plant)
  return {
    forgetDevices: (query) =>
      forgetOnRequest(
        {
          ...{ senders, actions, known: configs.known, isFreezing: isHeld },
          isPlantConfigured: (plant) => configs.plant(plant) !== undefined,
          firstReadings: (plant) => archive.series.firstReadings(plant),
          onFrozenDays: (plant, devices) => devicesOnFrozenDays({ database, frozenDays }, { plant, devices }),
        },
        query,
      ),
    forgetMetrics: (query) =>
      forgetMetricsOnRequest(
        {
          ...{ database, actions, series: archive.series, isFreezing: isHeld },
          configuredMetrics: (plant, device) => {
            const known = configs.plant(plant)?.devices.find(({ id }) => id === device)
            return Object.keys(known?.metrics ?? {})
          },
          onFrozenDays: (plant, device, metrics) =>
            metricsOnFrozenDays({ database, frozenDays }, { plant, devices: [device], metrics }),
        },
        query,
      ),
    removals: (plant) => removalProgress(deps, plant),
  }
}

import { join } from 'node:path'
import { writeWhole } from '../../config/files/access-file.js'
import { InsightWorker } from '../../insight/stage/insight-worker.js'
import { Anomalies } from '../../pipeline/anomalies/anomalies.js'
import { DemandLooks } from '../../pipeline/demand-ahead/demand-looks.js'
import type { DemandWatch } from '../../pipeline/demand-ahead/demand-watch.js'
import { ForecastDelivery } from '../../pipeline/forecasts/forecast-delivery.js'
import { Forecasts } from '../../pipeline/forecasts/forecasts.js'
import { LoadPlans } from '../../pipeline/load-plans/load-plans.js'
import { AttestationLooks } from '../../pipeline/markets/attestation-looks.js'
import type { AttestationWatch } from '../../pipeline/markets/attestation-watch.js'
import type { PipelineProgress } from '../../pipeline/progress.js'
import { Projections } from '../../pipeline/projections/projections.js'
import type { Publisher } from '../../pipeline/publisher.js'
import type { Stores } from '../../stores/stores.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

interface InsightNeeds {
  readonly publisher: Publisher
  readonly progress: PipelineProgress
  readonly demandWatch: DemandWatch
  readonly attestationWatch: AttestationWatch
  readonly stores: Pick<Stores, 'runBeside'>
}

/** Builds what looks ahead and what finds faults: their work is done by one thread of lowest priority. */
export function buildInsight(
  { clock, data, isOwner, say }: PipelineContext,
  state: PipelineState,
  needs: InsightNeeds,
) {
  const { configs, engine, points, verdicts } = state.loaded
  const { insight: options, data_dir: dataDir } = data.config
  const { publisher, progress, demandWatch, attestationWatch, stores } = needs
  const worker = new InsightWorker()
  const whole = {
    get hasComputed() {
      return progress.hasComputed && !progress.youngPast.isComing(clock.nowMs())
    },
  }
  const common = { clock, options, dataDir, configs, points, progress: whole, worker, isOwner, log: say }
  const write = (path: string, text: string) => writeWhole(path, text, dataDir)
  const forecasts = new Forecasts({ ...common, engine, publisher })
  const dir = join(dataDir, 'delivered-forecasts')
  stores.runBeside((delivery, signal) => {
    return new ForecastDelivery({ clock, forecasts, delivery, dir, write, isOwner, log: say }).run(signal)
  })
  return {
    forecasts,
    anomalies: new Anomalies({ ...common, verdicts, write }),
    projections: new Projections(common),
    loadPlans: new LoadPlans({ ...common, write }),
    demandLooks: new DemandLooks({ ...common, progress, watch: demandWatch }),
    attestationLooks: new AttestationLooks({ ...common, progress, watch: attestationWatch }),
  }
}

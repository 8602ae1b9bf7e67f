import { getHeapStatistics } from 'node:v8'
import { SingleSignOn } from '../../access/single-sign-on/provider.js'
import { giveBackNativeMemory } from '../../archive/native-memory.js'
import { HealthLog } from '../../pipeline/health-log.js'
import { HeapRest } from '../../pipeline/heap-rest.js'
import { runStages } from '../../pipeline/stages.js'
import { BUSY_SWEEPS, giveBackMemory, restSweepsOf, setSweeps } from '../../program/spare-memory.js'
import { startViews } from '../../views/views.js'
import type { PipelineStages } from './build-stages.js'
import type { PipelineContext } from './context.js'
import { healthOf } from './health.js'
import type { PipelineState } from './open-state.js'
import { sourcesOf } from './sources.js'

/** Serves pages and API, and runs all stages until it is told to stop, or one of them fails. */
export async function serve(context: PipelineContext, state: PipelineState, stages: PipelineStages): Promise<void> {
  const { data, clock, log, say, stopping, crash, answer, certificates } = context
  const { http, auth } = data.config
  const { oidc } = auth
  const {
    pipeline,
    stores,
    channels,
    authorities,
    audit,
    reports,
    forecasts,
    anomalies,
    projections,
    loadPlans,
    demandLooks,
    attestationLooks,
    results,
    viewers,
  } = stages
  stopping.signal.addEventListener('abort', () => pipeline.poke())
  data.journalPort.on('message', () => pipeline.poke())

  const health = () => healthOf(context, state, stages)
  const sources = sourcesOf(context, state, stages, health)
  const views = await startViews(
    {
      ...http,
      port: state.httpPort,
      dashboardsDir: data.dashboardsDir,
      certificate: certificates.http,
      singleSignOn: oidc === undefined ? null : new SingleSignOn(oidc, clock),
    },
    sources,
    log,
  ).catch((error: NodeJS.ErrnoException) => {
    answer({ type: 'failed', message: error.message, code: error.code, port: http.port })
    return null
  })
  if (views === null) return
  certificates.shownBy(views)
  answer({ type: 'ready', port: views.port })
  // A store says by itself in the log when it takes nothing, and when it does again.
  const checks = () => health().filter(({ name }) => !name.startsWith('store '))
  void new HealthLog(checks, clock, say).run(stopping.signal)
  void heapRest(context, state, stages).run(stopping.signal)
  const ahead = { run: (signal: AbortSignal) => demandLooks.run(signal, sources) }
  const months = { run: (signal: AbortSignal) => attestationLooks.run(signal, sources) }
  const forViewers = { run: (signal: AbortSignal) => viewers.run(signal, sources) }
  const made = { run: (signal: AbortSignal) => reports.run(signal, sources) }
  const published = { run: (signal: AbortSignal) => results.run(signal, sources) }
  const insight = [forecasts, anomalies, projections, loadPlans, ahead, months]
  await runStages([pipeline, stores, channels, authorities, audit, made, ...insight, published, forViewers], {
    database: state.database,
    signal: stopping.signal,
    fail: crash.take,
    finish: () => views.close(),
  })
}

/** Gives a rest to the heap of this thread, which has far the largest: while figures are late it may grow faster. */
function heapRest({ data, clock }: PipelineContext, { database }: PipelineState, { pipeline }: PipelineStages) {
  return new HeapRest({
    clock,
    lagMs: () => pipeline.lag.wholeMs,
    outsideBytes: () => process.memoryUsage.rss() - getHeapStatistics().total_heap_size,
    busy: () => setSweeps(BUSY_SWEEPS),
    rest: async () => {
      await giveBackMemory()
      setSweeps(restSweepsOf(process.memoryUsage().heapUsed))
    },
    trim: async () => {
      // When the file cannot be opened any more, whoever works with it next says so.
      await database.renew().catch(() => undefined)
      await giveBackNativeMemory(database, data.config.archive.memory_limit)
    },
  })
}

import type { ResultMessage } from '../../base/ingress.js'
import type { Pipeline } from '../../pipeline/pipeline.js'
import type { PipelineProgress } from '../../pipeline/progress.js'
import type { ResultSources } from '../../results/mqtt-results.js'
import type { FromPipeline } from '../intake/thread-data.js'
import type { PipelineContext } from './context.js'

/** Publishing of figures over MQTT. */
export interface ResultsStage {
  run(signal: AbortSignal, sources: ResultSources): Promise<void>
}

/** Builds what publishes figures over MQTT; nothing of it is loaded where none are to be published. */
export async function buildResults(
  { data, clock, say }: PipelineContext,
  { progress, pipeline }: { readonly progress: PipelineProgress; readonly pipeline: Pipeline },
): Promise<ResultsStage> {
  const { config, noticePort, version } = data
  if (!config.results.enabled) return { run: async () => {} }
  const { MqttResults } = await import('../../results/mqtt-results.js')
  let taken = (): void => {}
  noticePort.on('message', () => taken())
  return new MqttResults({
    clock,
    options: config.results,
    version: version.version,
    isLive: () => progress.hasComputed,
    lagMs: () => pipeline.lagMs,
    send: (results: readonly ResultMessage[]) =>
      new Promise((resolve) => {
        taken = resolve
        noticePort.postMessage({ results } satisfies FromPipeline)
      }),
    log: say,
  })
}

import { join } from 'node:path'
import type { ResultMessage } from '../../base/ingress.js'
import type { Pipeline } from '../../pipeline/pipeline.js'
import type { PipelineProgress } from '../../pipeline/progress.js'
import type { ResultSources } from '../../results/mqtt-results.js'
import type { FromPipeline } from '../intake/thread-data.js'
import type { PipelineContext } from './context.js'

/** Publishing of figures over MQTT, and posting of final ones. */
export interface ResultsStage {
  run(signal: AbortSignal, sources: ResultSources): Promise<void>
}

interface ResultsParts {
  readonly progress: PipelineProgress
  readonly pipeline: Pipeline
}

/** Builds what tells other programs of figures; nothing of it is loaded where none are to be told. */
export async function buildResults(context: PipelineContext, parts: ResultsParts): Promise<ResultsStage> {
  const stages = [...(await buildMqttResults(context, parts)), ...(await buildWebhooks(context, parts))]
  return {
    run: async (signal, sources) => {
      await Promise.all(stages.map((stage) => stage.run(signal, sources)))
    },
  }
}

async function buildMqttResults(
  { data, clock, say }: PipelineContext,
  { progress, pipeline }: ResultsParts,
): Promise<readonly ResultsStage[]> {
  const { config, noticePort, version } = data
  if (!config.results.enabled) return []
  const { MqttResults } = await import('../../results/mqtt-results.js')
  let taken = (): void => {}
  noticePort.on('message', () => taken())
  const results = new MqttResults({
    clock,
    options: config.results,
    version: version.version,
    isLive: () => progress.hasComputed,
    lagMs: () => pipeline.lag.liveMs,
    send: (results: readonly ResultMessage[]) =>
      new Promise((resolve) => {
        taken = resolve
        noticePort.postMessage({ results } satisfies FromPipeline)
      }),
    log: say,
  })
  return [results]
}

async function buildWebhooks(
  { data, clock, say }: PipelineContext,
  { progress }: ResultsParts,
): Promise<readonly ResultsStage[]> {
  const { config } = data
  if (config.results.webhooks.length === 0) return []
  const { ResultWebhook } = await import('../../results/result-webhook.js')
  return config.results.webhooks.map((options) => {
    const path = join(config.data_dir, 'webhooks', `${options.id}.json`)
    return new ResultWebhook({ clock, options, path, isLive: () => progress.hasComputed, log: say })
  })
}

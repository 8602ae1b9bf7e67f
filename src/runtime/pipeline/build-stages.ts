import { ArchiveWatch } from '../../audit/reports/watch.js'
import { FigureDemand } from '../../pipeline/figure-demand.js'
import { PipelineProgress } from '../../pipeline/progress.js'
import { Publisher } from '../../pipeline/publisher.js'
import { buildInput } from './build-input.js'
import { buildInsight } from './build-insight.js'
import { buildPipeline } from './build-pipeline.js'
import { buildReports } from './build-reports.js'
import { buildResults } from './build-results.js'
import { buildUpkeep } from './build-upkeep.js'
import type { PipelineContext } from './context.js'
import { openDestinations } from './destinations.js'
import { openAudit } from './open-audit.js'
import type { PipelineState } from './open-state.js'
import { viewersOfOwner } from './viewers.js'

export type PipelineStages = Awaited<ReturnType<typeof buildStages>>

/** Builds every stage in the order of the data. None of them works before it is run. */
export async function buildStages(context: PipelineContext, state: PipelineState) {
  const input = buildInput(context, state)
  const { points, engine, alarms, accounting } = state.loaded
  const publisher = new Publisher(points, engine, alarms, context.clock)
  const progress = new PipelineProgress({ accounting, mark: context.mark, engine, clock: context.clock })
  const destinations = await openDestinations(context, state, progress)
  const audit = await openAudit(context, state)
  const upkeep = buildUpkeep(context, state, { stores: destinations.stores, audit })
  const watch = new ArchiveWatch()
  const computing = { ...input, publisher, progress, upkeep, watch, audit }
  const { pipeline, keeper } = buildPipeline(context, state, computing)
  const demand = new FigureDemand({ clock: context.clock, engine, pipeline })
  // Nobody here knows who looks at a viewer of a cluster.
  if (context.data.partition === undefined) engine.isWatched = (plant, scope) => demand.isWatched(plant, scope)
  const insight = buildInsight(context, state, { ...input, ...destinations, publisher, progress })
  const { making, reports } = buildReports(context, state, { ...computing, pipeline, keeper })
  const results = await buildResults(context, { progress, pipeline })
  const viewers = await viewersOfOwner(context.data.partition, {
    clock: context.clock,
    isLive: () => progress.hasComputed,
    log: context.say,
  })
  return {
    ...computing,
    ...destinations,
    pipeline,
    demand,
    ...insight,
    making,
    reports,
    results,
    viewers,
  }
}

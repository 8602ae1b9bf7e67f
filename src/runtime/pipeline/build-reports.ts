import { bundledLibrary, programFiles } from '../../kpi/factors/bundled.js'
import type { Audit } from '../../pipeline/audit.js'
import type { Pipeline } from '../../pipeline/pipeline.js'
import type { PortCalls } from '../../pipeline/port-calls.js'
import type { ReportMakingDeps } from '../../pipeline/report-making.js'
import { Reports } from '../../pipeline/reports.js'
import type { ComputingStages } from './build-pipeline.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

export interface ReportedStages extends ComputingStages {
  readonly audit: Audit
  readonly pipeline: Pipeline
  readonly keeper: PortCalls | undefined
}

/** Builds the reports, with all that they are made from. */
export function buildReports(context: PipelineContext, state: PipelineState, stages: ReportedStages) {
  const { data, clock, say, news, isOwner } = context
  const { config, version } = data
  const { archive, senders, configs, engine, points, accounting } = state.loaded
  const { publisher, pipeline, progress, upkeep, quarantine, audit, watch, keeper, actions } = stages
  const making: ReportMakingDeps = {
    clock,
    code: { version: version.version, commit: version.commit },
    library: bundledLibrary(),
    files: programFiles(),
    threshold: config.reports.threshold_pct / 100,
    database: state.database,
    archive,
    senders,
    configs,
    engine,
    points,
    publisher,
    pipeline,
    progress,
    upkeep,
    record: state.record,
    quarantine,
    accounting,
    audit,
    actions,
  }
  const reports = new Reports({
    ...making,
    dataDir: config.data_dir,
    options: news.reports.now,
    watch,
    notify: () => news.notify.now,
    isOwner,
    kept: async () => keeper?.request(),
    log: say,
  })
  news.reports.follow((now) => reports.configure(now))
  return { making, reports }
}

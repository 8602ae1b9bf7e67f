import type { HealthCheck } from '../../base/wire.js'
import { listsHealth } from '../../config/files/lists.js'
import { healthOfStages } from '../../pipeline/health.js'
import { filesHealth } from '../../program/open-files.js'
import type { PipelineStages } from './build-stages.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

/** Every health check of a gateway, in the order in which readiness tells them. */
export function healthOf(
  { data, clock, certificates, news, forwarding }: PipelineContext,
  { database, record, loaded, setAside }: PipelineState,
  { viewers, stores, pipeline, progress, reader, upkeep, tries, audit, reports, authorities }: PipelineStages,
): HealthCheck[] {
  const { engine, accounting, configs } = loaded
  const parts = {
    pipeline,
    progress,
    reader,
    engine,
    record,
    accounting,
    upkeep,
    tries,
    known: configs.known,
    database,
    setAside,
  }
  return [
    ...viewers.health(),
    ...certificates.health(clock.nowMs()),
    ...stores.health(),
    ...[...news.brokers.values()].map(({ id, isConnected, reason }) => {
      return { name: `broker ${id}`, ok: isConnected, reason }
    }),
    { name: 'journal', ...news.journal },
    ...forwarding.health(),
    ...healthOfStages(parts),
    ...audit.health(),
    listsHealth(news.unreadLists),
    filesHealth(data.tooFewFiles),
    reports.health(),
    ...authorities.health(),
  ]
}

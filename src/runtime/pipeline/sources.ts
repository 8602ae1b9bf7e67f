import type { HealthCheck } from '../../base/wire.js'
import { PollStats } from '../../intake/modbus/poll-stats.js'
import { IntakeStats } from '../../intake/stats.js'
import { diskMeasures } from '../../pipeline/disk.js'
import { viewSources } from '../../pipeline/sources.js'
import type { ViewSources } from '../../views/views.js'
import type { PipelineStages } from './build-stages.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

/** Gives pages and API what they show of state and stages. */
export function sourcesOf(
  { data, clock, mark, gate, auditLog, news, forwarding }: PipelineContext,
  { database, record, loaded, path }: PipelineState,
  stages: PipelineStages,
  health: () => readonly HealthCheck[],
): ViewSources {
  const { config, version, mqttPorts } = data
  const { archive } = loaded
  const { reports, audit, making } = stages
  return viewSources({
    ...loaded,
    ...stages,
    clock,
    gate,
    auditLog,
    version,
    mqtt: { host: config.mqtt.host, port: mqttPorts?.tcp ?? null, tls_port: mqttPorts?.tls ?? null },
    mark,
    stats: new IntakeStats(data.stats),
    brokers: news.brokers,
    forwarding,
    polls: new PollStats(data.pollStats),
    database,
    reports: { reports, audit, making, languages: config.reports.languages },
    health,
    disk: () => diskMeasures({ databasePath: path, record, archive, journalBytesMax: config.journal.max_bytes }),
  })
}

import type { Clock } from '../../base/clock.js'
import { DAY_MS } from '../../base/durations.js'
import type { GatewayStatus } from '../../base/wire.js'
import type { FeedCounts } from '../feed/feed.js'
import type { Pulse } from '../pulse.js'
import type { Server } from '../server.js'
import type { GatewayState } from '../sources/gateway.js'
import { statusAnswer } from '../store-answers.js'

export interface StatusSources extends Omit<GatewayState, 'intake'> {
  readonly clock: Clock
}

/** The gateway itself, in one answer. */
export function statusRoute(
  server: Server,
  sources: StatusSources,
  pulse: Pick<Pulse, 'now' | 'rates'>,
  feedCounts: () => FeedCounts,
): void {
  const startedMs = sources.clock.nowMs() - process.uptime() * 1000
  server.get(
    '/api/v1/gateway/status',
    {
      config: { right: 'view' },
      schema: {
        tags: ['gateway'],
        summary: 'How the gateway is: rates, acknowledgements, lag, disk, stores, process and checks',
        response: { 200: statusAnswer },
      },
    },
    (): GatewayStatus => {
      const nowMs = sources.clock.nowMs()
      const measures = sources.measures()
      const disk = sources.disk()
      const { messagesPerS, recordsPerS, cpuShare, ackMs } = pulse.now()
      const feed = feedCounts()
      return {
        ...sources.version,
        started_at: new Date(startedMs).toISOString(),
        uptime_s: process.uptime(),
        mqtt: { ...sources.mqtt, clients: measures.mqttClients },
        feed: { clients: feed.clients, dropped_updates: feed.droppedUpdates },
        intake: {
          messages_total: measures.messagesReceived,
          messages_per_s: messagesPerS,
          bytes_total: measures.bytesReceived,
          ack_ms: ackMs,
        },
        pipeline: { lag_s: measures.pipelineLagMs / 1000, live_lag_s: measures.pipelineLiveLagMs / 1000 },
        journal: {
          bytes: measures.journalBytes,
          bytes_max: disk.journalBytesMax,
          oldest_at: instant(measures.journalOldestMs),
          records_per_s: recordsPerS,
        },
        archive: {
          bytes: disk.archiveBytes,
          oldest_at: instant(disk.archiveOldestMs),
          days: disk.archiveOldestMs === null ? null : Math.max(0, nowMs - disk.archiveOldestMs) / DAY_MS,
        },
        stores: sources.stores(),
        process: {
          rss_bytes: process.memoryUsage.rss(),
          cpu_share: cpuShare,
          heap_bytes: process.memoryUsage().heapUsed,
        },
        rates: pulse.rates(),
        checks: sources.health(),
      }
    },
  )
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

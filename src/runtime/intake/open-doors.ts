import type { BrokerStatus } from '../../base/broker-status.js'
import { Ingress, type IngressDeps } from '../../intake/ingress.js'
import { PollStats } from '../../intake/modbus/poll-stats.js'
import { OpcuaStats } from '../../intake/opcua/server-stats.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import type { IntakeContext } from './context.js'
import type { FromIntakeThread } from './thread-data.js'

/** Opens every listener; null when one cannot be opened, after the answer has said which and why. */
export async function openDoors(
  { data, log, journal, clock, stats, pressure }: IntakeContext,
  answer: (message: FromIntakeThread) => void,
): Promise<Ingress | null> {
  try {
    const polls = new PollStats(data.pollStats)
    const opcua = new OpcuaStats(data.opcuaStats)
    const tell = (status: BrokerStatus): void => answer({ type: 'broker', status })
    return await Ingress.open(data.ingress, {
      sink: journal,
      certificate: data.certificate,
      clock,
      stats,
      polls,
      opcua,
      pressure,
      ...(await inCluster(data.partition)),
      log,
      tell,
    })
  } catch (error) {
    const { message, code, port = data.ingress.mqtt.port ?? 0 } = error as NodeJS.ErrnoException & { port?: number }
    answer({ type: 'failed', message, code, port })
    return null
  }
}

/** Loaded only where there is a cluster. */
async function inCluster(partition: OwnedPartition | undefined): Promise<Pick<IngressDeps, 'partition' | 'takeEdge'>> {
  if (partition === undefined) return {}
  const { forwardedEntries } = await import('../../forward/edge-entries.js')
  return { partition, takeEdge: forwardedEntries }
}

import type { NatsConnection } from '@nats-io/transport-node'
import { EXIT } from '../../base/exit-codes.js'
import type { Config } from '../../config/config.js'
import { complain } from '../../program/output.js'

/** Connection to the NATS servers of a cluster, for a command; null when none answers: then that is said, and the exit code set. */
export async function clusterConnection(journal: Config['journal'], name: string): Promise<NatsConnection | null> {
  // Loaded when it is needed: a single gateway does without NATS.
  const { connectNats } = await import('../../nats/connect.js')
  return connectNats(journal, 'journal', name).catch((error: Error) => {
    complain(`error: no NATS server of journal.servers answers: ${error.message}`)
    process.exitCode = EXIT.unavailable
    return null
  })
}

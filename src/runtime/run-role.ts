import { EXIT } from '../base/exit-codes.js'
import type { LoadedConfig, LoadSettings } from '../config/config.js'
import { complain } from '../program/output.js'
import { runGateway } from './run.js'

/** Roles that a process of a cluster can have. */
export const PROCESS_ROLES = ['pipeline', 'views'] as const
export type ProcessRole = (typeof PROCESS_ROLES)[number]

/** Runs a single gateway, or a process of a cluster where the journal is in streams of NATS. */
export async function runRole(loaded: LoadedConfig, load: LoadSettings, role: ProcessRole | undefined): Promise<void> {
  const isCluster = loaded.config.journal.type === 'jetstream'
  if (!isCluster && role === undefined) return runGateway(loaded, load)
  if (isCluster && role === undefined) return refuse('journal.type is jetstream: say --role pipeline or --role views')
  if (!isCluster) return refuse(`--role ${role} is for a cluster: set journal.type to jetstream, or leave --role out`)
  // Loaded only here: a single gateway meets nothing of a cluster.
  if (role === 'views') return (await import('./cluster/run-views.js')).runViews(loaded, load)
  await (await import('./cluster/run-node.js')).runNode(loaded, load)
}

function refuse(line: string): void {
  complain(`error: ${line}`)
  process.exitCode = EXIT.config
}

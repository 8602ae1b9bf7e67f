import { EXIT } from './base/exit-codes.js'
import type { LoadedConfig, LoadSettings } from './config.js'
import { runGateway } from './run.js'

/** What a process of a cluster does; `all` when it is not said. */
export const ROLES = ['pipeline', 'all'] as const
export type Role = (typeof ROLES)[number]

/** Runs a single gateway, or a process of a cluster where the journal is in streams of NATS. */
export async function runRole(loaded: LoadedConfig, load: LoadSettings, role: Role | undefined): Promise<void> {
  if (loaded.config.journal.type === 'files') {
    if (role === undefined) return runGateway(loaded, load)
    process.stderr.write(
      `--role ${role} is for a cluster: set journal.type to jetstream, and its servers, or leave --role out\n`,
    )
    process.exitCode = EXIT.config
    return
  }
  const { runNode } = await import('./run-node.js')
  await runNode(loaded, load)
}

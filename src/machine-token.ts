import { join } from 'node:path'

/** The token by which commands on this machine, run by whoever can read the data directory, ask the gateway. */
export function machineTokenFile(dataDir: string): string {
  return join(dataDir, 'access', 'local-token')
}

import { join } from 'node:path'
import type { Config } from '../config/config.js'
import { writeWhole } from '../config/files/access-file.js'
import { complain } from '../program/output.js'
import { apiAddress } from './api-address.js'

/** The token by which commands on this machine, run by whoever can read the data directory, ask the gateway. */
export function machineTokenFile(dataDir: string): string {
  return join(dataDir, 'access', 'local-token')
}

/** The running gateway leaves its address in this file, for health checks that do not know its settings. */
export function addressFile(dataDir: string): string {
  return join(dataDir, 'access', 'address.json')
}

/** Leaves word of it. A gateway runs as well without: an error is a warning. */
export function leaveAddress({ data_dir, http }: Pick<Config, 'data_dir' | 'http'>, port: number): void {
  try {
    writeWhole(addressFile(data_dir), `${JSON.stringify({ url: apiAddress({ ...http, port }) })}\n`)
  } catch (error) {
    complain(`warning: a health check will not find the gateway: ${(error as Error).message}`)
  }
}

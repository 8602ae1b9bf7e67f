import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, until } from '../../support/gateway.js'
import { answers } from '../../support/mosquitto.js'
import { findServer } from '../../support/servers.js'
import { versionOf } from '../measure/machine.js'
import { end, start } from '../measure/processes.js'
import { removeScratch, scratchDir } from '../measure/scratch.js'

/** Settings that differ from its defaults: with those it would drop what a slow subscriber has not taken yet. */
export const MOSQUITTO_SETTINGS = ['allow_anonymous true', 'max_queued_messages 0', 'max_inflight_messages 0'] as const

/** A bare mosquitto on loopback, without persistence, as it comes. */
export interface Mosquitto {
  readonly port: number
  readonly process: ChildProcess
  close(): Promise<void>
}

export async function startMosquitto(): Promise<Mosquitto> {
  const program = findServer('mosquitto')
  if (program === null) throw new Error('without mosquitto there is no peer')
  const dir = scratchDir('mosquitto')
  const port = await freePort()
  const config = join(dir, 'mosquitto.conf')
  writeFileSync(config, [`listener ${port} 127.0.0.1`, ...MOSQUITTO_SETTINGS, ''].join('\n'))
  const child = start(program, ['-c', config])
  await until(() => answers(port))
  return {
    port,
    process: child,
    close: async () => {
      await end(child)
      removeScratch(dir)
    },
  }
}

export function mosquittoVersion(): string {
  return versionOf(findServer('mosquitto') ?? 'mosquitto', '-h')
}

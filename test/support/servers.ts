import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Programs of the machine that some tests need, and the Debian package that brings each. */
const PACKAGES = {
  strace: 'strace',
  mosquitto: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  chromium: 'chromium',
  influxd: 'influxdb',
  'victoria-metrics': 'victoria-metrics',
  'docker-compose': 'docker-compose',
  'nats-server': 'nats-server',
  openssl: 'openssl',
  sslscan: 'sslscan',
  'rabbitmq-server': 'rabbitmq-server',
  'systemd-analyze': 'systemd',
  // Its library is what is used; the command is how one sees that it is there.
  'pymodbus.simulator': 'python3-pymodbus',
  // The same here.
  faketime: 'faketime',
} as const

export type Server = keyof typeof PACKAGES

/**
 * The program's path, for `describe.skipIf(path === null)`. A missing one is said in one line; with `REQUIRE_SERVERS=1`,
 * as in CI, it is a failure, so that no test is left out unseen.
 */
export function findServer(name: Server): string | null {
  // Debian puts servers into /usr/sbin, which is not on everybody's path.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  const path = folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
  if (path !== null) return path
  const remedy = `${name} is missing: apt-get install ${PACKAGES[name]}`
  if (process.env.REQUIRE_SERVERS === '1') throw new Error(remedy)
  console.warn(`skipped: ${remedy}`)
  return null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

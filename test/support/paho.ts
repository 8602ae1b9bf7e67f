import { spawnSync } from 'node:child_process'

/** Pythons that may have the Eclipse Paho client: that of Debian has Debian's package, which another on the path has not. */
const PYTHONS = ['/usr/bin/python3', 'python3']

/** A Python with paho-mqtt of version 2; null without one, which `REQUIRE_SERVERS=1` makes a failure as `findServer` does. */
export function findPaho(): string | null {
  const check = ['-c', 'import paho.mqtt; assert paho.mqtt.__version__.startswith("2.")']
  const python = PYTHONS.find((one) => spawnSync(one, check).status === 0) ?? null
  if (python !== null) return python
  const remedy = 'paho-mqtt is missing: apt-get install python3-paho-mqtt'
  if (process.env.REQUIRE_SERVERS === '1') throw new Error(remedy)
  console.warn(`skipped: ${remedy}`)
  return null
}

import { readFileSync } from 'node:fs'

const UNIT = new URL('../../deploy/systemd/greengauge.service', import.meta.url)

/** What the unit of systemd, and the image like it, say to the allocator of a gateway. */
export function serviceEnvironment(): Readonly<Record<string, string>> {
  const named = [...readFileSync(UNIT, 'utf8').matchAll(/^Environment=(MALLOC_.*)$/gm)]
  return Object.fromEntries(
    named.flatMap(([, said]) => said!.split(' ').map((one) => one.split('=') as [string, string])),
  )
}

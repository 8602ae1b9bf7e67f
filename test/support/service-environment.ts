import { readFileSync } from 'node:fs'

const UNIT = new URL('../../deploy/systemd/greengauge.service', import.meta.url)

/** Settings of the allocator as the unit of systemd has them, and the image too. */
export function serviceEnvironment(): Readonly<Record<string, string>> {
  const named = [...readFileSync(UNIT, 'utf8').matchAll(/^Environment=(MALLOC_.*)$/gm)]
  return Object.fromEntries(
    named.flatMap(([, said]) => said!.split(' ').map((one) => one.split('=') as [string, string])),
  )
}

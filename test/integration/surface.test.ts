import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publicSurface } from '../support/surface.js'

/** Proves that what users rely on is still there: settings, commands, routes, metrics and KPIs change by additions only. */

const FOLDER = join(import.meta.dirname, '..', 'golden', 'surface')

test('settings, commands, routes, metrics and KPIs of before are there as they were', async () => {
  const surface = await publicSurface()
  // With WRITE_SURFACE=1 what was added is written down, and is promised from then on.
  if (process.env.WRITE_SURFACE === '1') {
    for (const [name, lines] of Object.entries(surface))
      writeFileSync(join(FOLDER, `${name}.txt`), `${lines.join('\n')}\n`)
  }
  expect(readdirSync(FOLDER).sort()).toEqual(
    Object.keys(surface)
      .map((name) => `${name}.txt`)
      .sort(),
  )
  for (const [name, lines] of Object.entries(surface)) {
    const before = readFileSync(join(FOLDER, `${name}.txt`), 'utf8')
      .trim()
      .split('\n')
    const now = new Set(lines)
    expect(
      before.filter((line) => !now.has(line)),
      name,
    ).toEqual([])
  }
})

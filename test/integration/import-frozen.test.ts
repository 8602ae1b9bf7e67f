// @module-tag slow

/** Proves that history which falls into the days of a frozen report changes nothing of it, and makes a draft that says what differs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Report } from '../../src/base/report.js'
import type { ReportsAnswer } from '../../src/base/wire/audit.js'
import { greengauge } from '../support/cli.js'
import { getJson, removeData, settled, startGateway, until } from '../support/gateway.js'
import { ImportFolder } from '../support/history-files.js'
import { jobDone } from '../support/job-done.js'

const ID = 'works.ghg.2026-10-05.2026-10-06'
const DAY = Date.UTC(2026, 9, 5)
const CONFIG = {
  plants: [
    {
      id: 'works',
      name: { en: 'Works' },
      timezone: 'UTC',
      grid_region: 'CN-JS',
      devices: ['main-1', 'main-2'].map((id) => {
        return { id, line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }
      }),
    },
  ],
}

function rowsOf(meter: string): readonly string[] {
  return Array.from({ length: 96 * 3 }, (_, i) => `${new Date(DAY + (i - 96) * 900_000).toISOString()},${meter},${i}`)
}

test('a frozen report stays as it is, is named before and after, and its next draft lists what differs', async () => {
  const gateway = await startGateway({ config: CONFIG })
  onTestFinished(async () => {
    await gateway.stop('SIGKILL')
    removeData(gateway)
  })
  const folder = new ImportFolder()
  const mapping = folder.mapping({
    time: { column: 'time', format: 'rfc3339' },
    ...{ plant: 'works', line: 'hall', device: '{meter}' },
    values: [{ column: 'kwh', metric: 'elec_import_kwh', unit: 'kWh' }],
  })
  const file = (meter: string) => folder.write(`${meter}.csv`, ['time,meter,kwh', ...rowsOf(meter)].join('\n'))
  const run = (...args: readonly string[]) => {
    return greengauge(
      'import',
      '--mapping',
      mapping,
      '--config',
      join(gateway.dir, 'greengauge.yaml'),
      '--json',
      ...args,
    )
  }
  const first = await run(file('main-1'), '--send')
  expect(JSON.parse(first.stdout)).toMatchObject({ frozen_reports: [] })
  await settled(gateway)

  await until(async () => {
    const days = { plants: ['works'], from: '2026-10-05', to: '2026-10-06' }
    return (
      (await jobDone(gateway, '/reports', days)) && (await jobDone(gateway, `/reports/${ID}/freeze`, { by: 'Wang' }))
    )
  })
  const frozenFile = join(gateway.dataDir, 'reports', ID, 'v1', 'snapshot.json')
  const before = readFileSync(frozenFile)

  const looked = JSON.parse((await run(file('main-2'))).stdout)
  expect(looked.frozen_reports).toMatchObject([{ id: ID, version: 1 }])
  await run(file('main-2'), '--send')
  await settled(gateway)
  await until(async () => {
    const { items } = await getJson<ReportsAnswer>(gateway, '/api/v1/reports')
    return items.some(({ id, version, outdated }) => id === ID && version === 1 && outdated)
  })
  expect(readFileSync(frozenFile).equals(before)).toBe(true)
  const draft = await getJson<Report>(gateway, `/api/v1/reports/${ID}.json?version=2`)
  expect(draft.previous?.differences.map(({ reasons }) => reasons)).toContainEqual(['late_data'])
})

// @module-tag deep
/** Proves that months of few samples come to what the simulators state beforehand, killed in the middle or not. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import type { Truth } from '../../simulators/truth/file.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { accounting, getJson, removeData, settled, startGateway, until } from '../support/gateway.js'

const ROOT = join(import.meta.dirname, '..', '..')
const CONFIG = parse(readFileSync(join(ROOT, 'devices', 'demo', 'greengauge.yaml'), 'utf8')) as { plants: object[] }
const RELATIVE = 1e-9
/** KPI of the plant that is the sum of a register of its device, by metric. */
const KPI: Readonly<Record<string, string>> = { elec_import_kwh: 'energy_elec_import', parts_good: 'good_units' }
/** A quarter of an hour of the present, and 33 days before: September is among them as a whole. */
const ARGS = [
  ...['--plants', '1', '--from', '2026-10-02T06:00:00Z', '--until', '2026-10-02T06:15:00Z', '--speed', 'max'],
  ...['--past', '33'],
]

test('a past that was killed in the middle goes on, and each day and month of it is that of the truth', {
  timeout: 900_000,
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-past-'))
  const plants = [{ ...CONFIG.plants[0], kpis: Object.values(KPI), targets: [], alarms: [], enpi: [] }]
  const gateway = await startGateway({ config: { plants } })
  onTestFinished(async () => {
    await gateway.stop()
    removeData(gateway)
    rmSync(dir, { recursive: true, force: true })
  })
  const [progress, truthFile] = [join(dir, 'progress.json'), join(dir, 'truth.json')]
  const args = ['simulate', '--url', gateway.mqttUrl, '--pace', `${gateway.httpUrl}/readyz`, ...ARGS]
  const all = [...args, '--past-progress', progress, '--truth', truthFile]

  const killed = simulators(all)
  await until(() => existsSync(progress), 120_000)
  killed.child.kill('SIGKILL')
  await killed.ended
  const sentFrom = (JSON.parse(readFileSync(progress, 'utf8')) as { sent_from: string }).sent_from
  expect(sentFrom > '2026-08-30').toBe(true)

  expect(await simulators(all).ended).toBe(0)
  await settled(gateway, 600_000)
  const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as Truth
  const stated = truth.past.filter(({ device, metric }) => {
    return (device === 'main-1' && metric === 'elec_import_kwh') || metric === 'parts_good'
  })
  expect(stated.filter(({ window }) => window === '1mo').map(({ start }) => start)).toEqual([
    '2026-08-31T16:00:00Z',
    '2026-08-31T16:00:00Z',
  ])
  expect(stated.filter(({ window }) => window === '1d')).toHaveLength(2 * 33)
  for (const one of stated) {
    const figure = (await figures(one.metric, one.window)).get(Date.parse(one.start))
    expect(figure, `${one.metric} ${one.start}`).toMatchObject({ flags: [], coverage: 1 })
    expect(Math.abs(figure!.value! - one.value)).toBeLessThanOrEqual(RELATIVE * Math.abs(one.value))
  }

  // The same past once more is nothing: it is on record that all of it was sent.
  const before = await accounting(gateway)
  expect(before.closes).toBe(true)
  expect(await simulators(all).ended).toBe(0)
  const after = await settled(gateway, 600_000)
  expect(after.readings.archived).toBe(before.readings.archived)
  expect(after.readings.decoded - before.readings.decoded).toBeLessThan(5000)

  async function figures(metric: string, window: string) {
    const path = `/api/v1/plants/suzhou-1/kpis/${KPI[metric]}/series?window=${window}`
    const range = 'from=2026-08-01T00:00:00Z&to=2026-10-13T00:00:00Z&limit=1000'
    const { points } = await getJson<SeriesAnswer>(gateway, `${path}&${range}`)
    return new Map(points.map((point) => [Date.parse(point.start), point]))
  }
})

/** The simulators as they are shipped. */
function simulators(args: readonly string[]): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'simulators', 'main.js'), ...args], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, ended: new Promise((resolve) => child.once('exit', resolve)) }
}

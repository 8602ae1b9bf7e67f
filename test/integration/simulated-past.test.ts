// @module-tag deep
/** Proves that the past of a plant, killed half-way and begun again, comes to the figures of its truth, and nothing comes twice. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Truth } from '../../simulators/truth/file.js'
import { DAY_MS } from '../../src/base/durations.js'
import { accounting, removeData, settled, type TestGateway, until } from '../support/gateway.js'
import { differencesFrom, gatewayOfDemoPlants, SIMULATED_MS_MAX, simulators } from './simulated-days.js'

const DAYS = 40
const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'simulators', 'main.js')
const WAIT_MS = 300_000

let gateway: TestGateway
let dir: string
beforeEach(async () => {
  gateway = await gatewayOfDemoPlants(['kunshan-1', 'suzhou-1'])
  dir = mkdtempSync(join(tmpdir(), 'greengauge-past-'))
})
afterEach(async () => {
  await gateway.stop()
  removeData(gateway)
  rmSync(dir, { recursive: true, force: true })
})

test(
  'forty days of a plant',
  async () => {
    const [progress, file] = [join(dir, 'past.json'), join(dir, 'truth.json')]
    const args = (speed: string) => [
      ...['simulate', '--url', gateway.mqttUrl, '--plants', '1', '--devices', '1', '--speed', speed],
      ...['--past', String(DAYS), '--past-progress', progress, '--pace', `${gateway.httpUrl}/readyz`, '--truth', file],
    ]
    const sentDays = () => {
      if (!existsSync(progress)) return 0
      const { from, sent_to } = JSON.parse(readFileSync(progress, 'utf8')) as Record<string, string>
      return (Date.parse(sent_to!) - Date.parse(from!)) / DAY_MS
    }
    const child = spawn(process.execPath, [MAIN, ...args('1')], { stdio: 'ignore' })
    await until(async () => sentDays() >= 10, WAIT_MS, 50)
    child.kill('SIGKILL')
    expect(sentDays()).toBeLessThan(DAYS)

    // As fast as possible ends with the present.
    const { code, stderr } = await simulators(args('max'))
    expect(code, stderr).toBe(0)
    expect(sentDays()).toBeGreaterThanOrEqual(DAYS)
    await settled(gateway, WAIT_MS)
    const truth = JSON.parse(readFileSync(file, 'utf8')) as Truth
    expect(truth.past!.planted).toHaveLength(4)
    expect(
      truth.expected.filter(({ plant, window }) => plant === 'kunshan-1' && window === '1d').length,
    ).toBeGreaterThan(DAYS * 5)
    expect(await differencesFrom(gateway, truth)).toEqual([])
    const accounts = await accounting(gateway)
    expect(accounts).toMatchObject({ closes: true, elements_rejected: 0, readings: { conflict: 0 } })

    const { archived } = accounts.readings
    const again = await simulators(args('max'))
    expect(again.code, again.stderr).toBe(0)
    await settled(gateway, WAIT_MS)
    // No second past: the time between the two ends, and the last steps once more.
    expect((await accounting(gateway)).readings.archived - archived).toBeLessThan(1000)
  },
  SIMULATED_MS_MAX,
)

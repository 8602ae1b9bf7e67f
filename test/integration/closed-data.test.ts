// @module-tag slow

/** A gateway closes the data directory that it makes to all others on the machine, and says what they can read in one left open. */
import { execFile } from 'node:child_process'
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const PLANT = { id: 'p', name: {}, timezone: 'UTC', lines: [{ id: 'l' }] }

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ config: { plants: [PLANT] } })
})
afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function command(...args: readonly string[]): Promise<string> {
  const all = [CLI, ...args, '--config', join(gateway.dir, 'greengauge.yaml')]
  const run = promisify(execFile)(process.execPath, all)
  return run.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
}

/** The folder and all in it that somebody but its owner may do something with. What a gateway has taken away meanwhile is open to nobody. */
function openIn(dir: string, name = ''): string[] {
  const stats = statSync(join(dir, name), { throwIfNoEntry: false })
  if (stats === undefined) return []
  const mode = stats.mode & 0o777
  const inside = stats.isDirectory() ? namesIn(join(dir, name)).flatMap((one) => openIn(dir, join(name, one))) : []
  return (mode & 0o077) === 0 ? inside : [`${name} ${mode.toString(8)}`, ...inside]
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

test('a data directory that the gateway makes is open to nobody else, nor is a report or a backup of it', async () => {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const day = Date.now() - 2 * 86_400_000
  for (let i = 0; i < 10; i++) {
    const payload = JSON.stringify({ ts: day + i * 60_000, metrics: { elec_import_kwh: i } })
    await client.publishAsync('plants/p/l/m/energy', payload, { qos: 1 })
  }
  await client.endAsync()
  await settled(gateway)
  await until(() => readdirSync(gateway.dataDir).includes('archive'))
  const backup = join(gateway.dir, 'backup')
  await command('backup', backup)
  expect(readdirSync(gateway.dataDir)).toEqual(expect.arrayContaining(['gateway.lock', 'journal', 'format.json']))
  expect(openIn(gateway.dataDir)).toEqual([])
  expect(openIn(backup)).toEqual([])
})

test('one that is there keeps its mode; the start and doctor say what can be read, and what to do', async () => {
  await gateway.stop()
  chmodSync(gateway.dataDir, 0o755)
  chmodSync(join(gateway.dataDir, 'format.json'), 0o644)
  gateway = await gateway.restart()
  const said = `${gateway.dataDir} is open to every user of this machine (0755): format.json (0644)`
  await until(() => gateway.log().includes(said))
  expect(gateway.log()).toContain(`${said}; chmod -R go-rwx ${gateway.dataDir}`)
  expect(statSync(gateway.dataDir).mode & 0o777).toBe(0o755)
  const { checks } = JSON.parse(await command('doctor', '--json')) as {
    checks: { area: string; result: string; found: string; remedy: string }[]
  }
  expect(checks.find(({ area }) => area === 'data')).toEqual({
    area: 'data',
    result: 'warn',
    found: said,
    remedy: expect.stringContaining('chmod -R go-rwx'),
  })
})

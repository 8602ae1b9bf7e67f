import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkBackup } from '../../src/audit/backup/check.js'
import { makeBackup } from '../../src/audit/backup/make.js'
import { checkData } from '../../src/audit/ledger/check-data.js'
import { readEntries } from '../../src/audit/ledger/ledger.js'
import { systemClock } from '../../src/base/clock.js'
import { GOLDEN, hashOf, PLANT, PLANTS, REPORT, stateOf } from '../golden/golden.js'
import { unpack } from '../golden/packed.js'
import { greengauge } from '../support/cli.js'
import { allReadings, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

/** A data directory of the first version, opened by this one, backed up at work, killed, and restored elsewhere. */

const VERSION = 'v0.1.0'
const COUNTER = { plant: PLANT, device: 'counter-1', metric: 'elec_import_kwh' }
const FIRST_MS = Date.UTC(2026, 1, 1)
/** Backups that are made and checked while messages come; BACKUPS asks for another number. */
const ROUNDS = Number(process.env.BACKUPS ?? 3)

const root = mkdtempSync(join(tmpdir(), 'greengauge-backup-'))
const expected = JSON.parse(readFileSync(join(GOLDEN, VERSION, 'expected.json'), 'utf8')) as Awaited<
  ReturnType<typeof stateOf>
>
let gateway: TestGateway

beforeAll(async () => {
  const dataDir = join(root, 'data')
  await unpack(join(GOLDEN, VERSION, 'data-directory.zip'), dataDir)
  gateway = await startGateway({
    config: {
      data_dir: dataDir,
      plants: PLANTS,
      // So that files come and go while they are being backed up.
      archive: { delta_s: 1 },
      journal: { segment_bytes: 64 * 1024 },
    },
  })
  await settled(gateway)
})
afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
  rmSync(root, { recursive: true })
})

/** Sends one reading a message, the number of each its value, until it is told to stop or the gateway is gone. */
async function publishing() {
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'counter', reconnectPeriod: 0 })
  client.on('error', () => undefined)
  let acknowledged = 0
  let sent = 0
  const send = async (): Promise<void> => {
    const batch = Array.from({ length: 20 }, () => {
      const message = { ts: FIRST_MS + sent * 1000, metrics: { elec_import_kwh: sent / 8 } }
      sent += 1
      return client.publishAsync(`plants/${PLANT}/press/counter-1/energy`, JSON.stringify(message), { qos: 1 })
    })
    await Promise.all(batch)
    acknowledged = sent
    setTimeout(() => void send().catch(() => undefined), 25)
  }
  void send().catch(() => undefined)
  return { acknowledged: () => acknowledged, sent: () => sent, stop: () => client.endAsync(true) }
}

async function reportFiles(): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const format of ['json', 'pdf', 'xlsx']) {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/reports/${REPORT}.${format}?version=1&language=en`)
    expect(answer.status, format).toBe(200)
    hashes[format] = hashOf(new Uint8Array(await answer.arrayBuffer()))
  }
  return hashes
}

const faultsIn = async (dataDir: string) =>
  (await checkData({ dataDir, root: null })).filter(({ ok }) => !ok).map(({ text }) => text.en)

/** Without drafts: a report by older rules gets one by those of today as soon as the gateway is at rest. */
async function stateNow() {
  const state = await stateOf(gateway)
  return { ...state, reports: state.reports.filter(({ status }) => status !== 'draft') }
}

test('a data directory of the first version says what it said then', async () => {
  expect(await stateNow()).toEqual(expected)
  expect(await faultsIn(gateway.dataDir)).toEqual([])
})

test('backed up while messages come, killed and restored elsewhere, it is what was acknowledged before', {
  tags: ['deep'],
}, async () => {
  const before = await reportFiles()
  const counter = await publishing()
  while (counter.acknowledged() < 200) await sleep(20)
  for (let round = 0; round < ROUNDS; round++) {
    const dir = join(root, `round-${round}`)
    const { dataDir } = gateway
    const program = { version: 'test', commit: '' }
    await makeBackup({ dataDir, dir, beside: [], program, clock: systemClock, progress: () => undefined })
    expect((await checkBackup(dir)).faults).toEqual([])
    expect(await faultsIn(join(dir, 'data'))).toEqual([])
    await sleep(250)
  }

  const acknowledged = counter.acknowledged()
  const backup = join(root, 'backup')
  const config = ['--config', join(gateway.dir, 'greengauge.yaml')]
  const made = await greengauge('backup', backup, '--json', ...config)
  expect(made).toMatchObject({ code: 0 })
  await gateway.stop('SIGKILL')
  await counter.stop()

  const flipped = join(root, 'flipped')
  cpSync(backup, flipped, { recursive: true })
  const victim = join(flipped, 'data', 'ledger', 'ledger.jsonl')
  const bytes = readFileSync(victim)
  writeFileSync(victim, bytes.with(700, bytes[700]! ^ 1))
  const elsewhere = join(root, 'elsewhere')
  mkdirSync(elsewhere)
  const into = [...config, '--set', `data_dir=${elsewhere}`]
  const refused = await greengauge('restore', flipped, ...into)
  expect(refused).toMatchObject({ code: 65 })
  expect(refused.stderr).toContain(`${victim} is damaged`)
  expect(await greengauge('restore', backup, ...into)).toMatchObject({ code: 0 })

  gateway = await gateway.restart({ data_dir: elsewhere })
  const { closes, messages } = await settled(gateway)
  const readings = await allReadings(gateway, COUNTER)
  expect(readings.length).toBeGreaterThanOrEqual(acknowledged)
  expect(readings.length).toBeLessThanOrEqual(counter.sent())
  expect(readings.map(({ ts, value }) => [Date.parse(ts), value])).toEqual(
    readings.map((_, i) => [FIRST_MS + i * 1000, i / 8]),
  )
  expect({ closes, received: messages.received }).toEqual({
    closes: true,
    received: expected.accounting.messages.received + readings.length,
  })
  const { accounting: _, ...rest } = await stateNow()
  expect(rest).toEqual((({ accounting: _, ...same }) => same)(expected))
  expect(await reportFiles()).toEqual(before)
  expect(await faultsIn(elsewhere)).toEqual([])
  const kinds: string[] = []
  for await (const { body } of readEntries(join(elsewhere, 'ledger'))) kinds.push(body.kind)
  expect(kinds.filter((kind) => kind === 'restored')).toHaveLength(1)
})

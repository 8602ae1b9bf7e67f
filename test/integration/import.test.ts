// @module-tag slow

/** Proves that history from files comes to what the same readings come to live, once, and that what is wrong is named. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import type { QuarantineAnswer } from '../../src/base/wire.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { greengauge } from '../support/cli.js'
import { DATASETS_REMEDY, playDataset } from '../support/datasets.js'
import {
  accounting,
  allReadings,
  getJson,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { type History, historyOf, ImportFolder } from '../support/history-files.js'
import { historyForms } from '../support/history-forms.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { allPoints } from '../support/series.js'
import { findServer } from '../support/servers.js'
import { openTcpProxy } from '../support/tcp-proxy.js'

const DEEP = { tags: ['deep'], timeout: 900_000 }
const gateways: TestGateway[] = []

afterEach(async () => {
  // One that was started again has the folder of the one before.
  const ended = gateways.splice(0)
  for (const gateway of ended) await gateway.stop('SIGKILL')
  for (const gateway of ended) removeData(gateway)
})

async function started(config: object): Promise<TestGateway> {
  const gateway = await startGateway({ config: config as Record<string, unknown> })
  gateways.push(gateway)
  return gateway
}

function send(gateway: TestGateway, mapping: string, ...args: readonly string[]) {
  const config = join(gateway.dir, 'greengauge.yaml')
  return greengauge('import', '--mapping', mapping, '--config', config, '--send', ...args)
}

/** Readings and points of a plant, one a line: all that must be the same, whichever way the readings came. */
async function everythingOf(gateway: TestGateway, { plant, line, device, samples }: History): Promise<string[]> {
  const metrics = [...new Set(samples.flatMap((sample) => Object.keys(sample.metrics)))]
  const readings = await Promise.all(metrics.map((metric) => allReadings(gateway, { plant, device, metric })))
  const from = new Date(samples[0]!.ts - 86_400_000).toISOString()
  const to = new Date(samples.at(-1)!.ts + 2 * 86_400_000).toISOString()
  const points: object[] = []
  // Windows that the end of the data cuts are final some time after it by the clock, and look otherwise before.
  const isWhole = ({ end }: { readonly end: string }) => Date.parse(end) <= samples.at(-1)!.ts
  const scopes = [
    { scope: 'plant', id: plant },
    { scope: 'line', id: line },
    { scope: 'device', id: device },
  ] as const
  for (const { id: kpi, scopes: having, windows } of CATALOGUE) {
    for (const { scope, id } of scopes.filter((one) => having.includes(one.scope))) {
      for (const window of (['1h', '1d'] as const).filter((one) => windows.includes(one))) {
        const found = await allPoints(gateway, { plant, kpi, window, scope, id, from, to })
        points.push(...found.filter(isWhole).map(({ rev, provisional, ...figure }) => figure))
      }
    }
  }
  return [...readings.flat(), ...points].map((one) => JSON.stringify(one))
}

/** The lines that are in one of two lists alone, the first ones of each. */
function differences(found: readonly string[], expected: readonly string[]): object {
  const [had, wanted] = [new Set(found), new Set(expected)]
  return {
    more: found.filter((line) => !wanted.has(line)).slice(0, 3),
    missing: expected.filter((line) => !had.has(line)).slice(0, 3),
    by: found.length - expected.length,
  }
}

const NONE = { more: [], missing: [], by: 0 }

async function live(history: History, name: string): Promise<string[]> {
  const gateway = await started(history.config)
  const flags = history.start === null ? [] : ['--start', history.start]
  await playDataset(gateway, name, history.file, [...flags, '--plant', history.plant])
  await settled(gateway)
  return everythingOf(gateway, history)
}

const influxd = findServer('influxd')

async function openInfluxd(): Promise<Influxd | null> {
  if (influxd === null) return null
  const influx = await startInfluxd(influxd)
  onTestFinished(() => influx.remove())
  return influx
}

describe.runIf(historyOf('ur3') !== null)(`history of public data sets (${DATASETS_REMEDY})`, () => {
  for (const [name, first, tagged] of [
    ['ur3', 'csv', {}],
    ['steel', 'xlsx', DEEP],
    ['gas-turbine', 'influxdb', DEEP],
  ] as const) {
    test(
      `${name} from ${first} is what it is live, and from every other form the same readings again`,
      tagged,
      async () => {
        const history = historyOf(name)!
        const expected = await live(history, name)
        const folder = new ImportFolder()
        const forms = await historyForms(history, folder, { first, influx: await openInfluxd() })
        const gateway = await started(history.config)
        let taken: number | null = null
        for (const { name: form, mapping, source } of forms) {
          expect([form, await send(gateway, folder.mapping(mapping), source)]).toMatchObject([form, { code: 0 }])
          if (taken !== null) continue
          taken = (await settled(gateway)).readings.archived
          expect(differences(await everythingOf(gateway, history), expected)).toEqual(NONE)
        }
        const { readings } = await settled(gateway)
        const duplicate = (forms.length - 1) * taken!
        expect(readings).toMatchObject({ archived: taken, conflict: 0, duplicate })
        expect(differences(await everythingOf(gateway, history), expected)).toEqual(NONE)
      },
    )
  }
})

const METER = {
  plants: [
    {
      id: 'works',
      name: { en: 'Works' },
      timezone: 'Europe/Berlin',
      devices: [{ id: 'meter-1', line: 'hall', role: 'main' }],
    },
  ],
}
const METER_MAPPING = {
  time: { column: 'time', format: 'YYYY-MM-DD hh:mm:ss', zone: 'Europe/Berlin' },
  plant: 'works',
  line: 'hall',
  device: 'meter-1',
  values: [{ column: 'counter', metric: 'elec_import_kwh', unit: 'MWh' }],
}

test('a dry run names what is wrong by its line and sends nothing; what is sent and wrong is in quarantine', async () => {
  const gateway = await started(METER)
  const folder = new ImportFolder()
  const mapping = folder.mapping(METER_MAPPING)
  const rows = [
    'time,counter',
    '2024-03-01 00:00:00,1.5',
    '31.02.2024,1.6',
    '2024-03-01 00:30:00,n/a',
    '1998-01-01 00:00:00,1',
    '2024-03-01 01:00:00',
    '2024-03-01 01:15:00,',
    '2024-03-01 01:30:00,1.75',
  ]
  const file = folder.write('meter.csv', rows.join('\r\n'))
  const config = join(gateway.dir, 'greengauge.yaml')

  const dry = await greengauge('import', file, '--mapping', mapping, '--config', config, '--json')
  expect(dry.code).toBe(65)
  const { files } = JSON.parse(dry.stdout)
  expect(files[0]).toMatchObject({ state: 'looked_at', rows: 7, readings: 2, left_out: 1, refused: 4 })
  expect(files[0].examples.map(({ place, reason }: { place: string; reason: string }) => [place, reason])).toEqual([
    ['line 3', 'unplaced'],
    ['line 4', 'bad_value'],
    ['line 5', 'ts_too_old'],
    ['line 6', 'unplaced'],
  ])
  expect(files[0].examples[0].detail).toContain('time is "31.02.2024"')
  expect(files[0].series).toMatchObject([{ first: '2024-02-29T23:00:00.000Z', least: 1500, largest: 1750 }])
  expect((await accounting(gateway)).messages.received).toBe(0)

  const sent = await send(gateway, mapping, file)
  expect(sent).toMatchObject({ code: 65, stdout: expect.stringContaining('imported: the gateway has all of it') })
  const after = await settled(gateway)
  expect([after.readings.archived, after.elements_rejected]).toEqual([2, 2])
  const { items } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')
  expect(items.map(({ reason, sample }) => [reason, JSON.parse(sample).source]).sort()).toEqual([
    ['bad_value', 'meter.csv, line 4'],
    ['ts_too_old', 'meter.csv, line 5'],
  ])
  expect((await send(gateway, mapping, file)).stderr).toContain('was imported before')
})

test('a mapping that is wrong is told with its lines, and one for another file by the columns that there are', async () => {
  const gateway = await started(METER)
  const folder = new ImportFolder()
  const file = folder.write('meter.csv', 'time,kWh\n2024-03-01 00:00:00,1\n')
  const other = await send(gateway, folder.mapping(METER_MAPPING), file)
  expect(other).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('no column "counter"; it has "time", "kWh"'),
  })
  const values = [{ colum: 'kWh', metric: 'elec_import_kwh', unit: 'unknown' }]
  const wrong = await send(gateway, folder.mapping({ ...METER_MAPPING, values }), file)
  expect(wrong.code).toBe(78)
  expect(wrong.stderr).toContain('did you mean column?')
  expect(wrong.stderr).toMatch(/mapping\.yaml:\d+: values\[0\]\.unit = "unknown" .*look it up/)
})

test.each(['gateway:1883', 'http://127.0.0.1:1883', 'nonsense'])(
  '%s is no address, and is told so without a stack',
  async (url) => {
    const folder = new ImportFolder()
    const config = folder.write('greengauge.yaml', JSON.stringify({ ...METER, data_dir: join(folder.dir, 'data') }))
    const file = folder.write('meter.csv', 'time,counter\n2024-03-01 00:00:00,1\n')
    const args = ['--mapping', folder.mapping(METER_MAPPING), '--config', config, '--send', '--url', url]
    const sent = await greengauge('import', file, ...args)
    expect(sent).toMatchObject({ code: 64, stderr: expect.stringContaining(`--url ${url} is no address: mqtt://`) })
    expect(sent.stderr).not.toContain('    at ')
  },
)

/** About half of what the rows below come to in messages, of which each holds many. */
const PART_BYTES = 1_800_000

/** An import of 60,000 rows of a meter that is under way: before the way is healed not all of it can arrive. */
async function underWay() {
  const gateway = await started(METER)
  const way = await openTcpProxy(Number(new URL(gateway.mqttUrl).port))
  onTestFinished(() => way.close())
  way.holdBehind(PART_BYTES)
  const url = `mqtt://127.0.0.1:${way.port}`
  const folder = new ImportFolder()
  const mapping = folder.mapping(METER_MAPPING)
  // A minute apart in winter, when no clock is changed.
  const startMs = Date.UTC(2024, 10, 1)
  const rows = Array.from({ length: 60_000 }, (_, i) => {
    return `${new Date(startMs + i * 60_000).toISOString().slice(0, 19).replace('T', ' ')},${i / 1000}`
  })
  const file = folder.write('meter.csv', `time,counter\n${rows.join('\n')}\n`)
  const cli = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
  const config = join(gateway.dir, 'greengauge.yaml')
  const args = ['import', file, '--mapping', mapping, '--config', config, '--send', '--url', url]
  const child = spawn(process.execPath, [cli, ...args])
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const progress = () => {
    try {
      return JSON.parse(readFileSync(`${mapping}.progress`, 'utf8')).imports[0]
    } catch {
      return { rows: 0 }
    }
  }
  await until(() => progress().rows > 0)
  return { gateway, way, url, mapping, rows, file, child, ended, progress }
}

test('an import that is killed goes on where it was, and every reading is there once', async () => {
  const { gateway, way, url, mapping, rows, file, child, ended, progress } = await underWay()
  child.kill('SIGKILL')
  await ended
  const before = progress()
  expect(before).toMatchObject({ done: false })

  way.heal()
  const again = await send(gateway, mapping, file, '--url', url.replace('//', '//fitter:a-secret-2c9e@'))
  expect(readFileSync(`${mapping}.progress`, 'utf8')).not.toContain('a-secret-2c9e')
  expect(again).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`goes on behind row ${before.rows}`),
  })
  const { readings, closes } = await settled(gateway)
  expect([readings.archived, readings.conflict, closes]).toEqual([60_000, 0, true])
  const kept = await allReadings(gateway, { plant: 'works', device: 'meter-1', metric: 'elec_import_kwh' })
  expect(kept.map(({ value }) => value)).toEqual(rows.map((_, i) => (i / 1000) * 1000))
  expect(progress()).toMatchObject({ rows: 60_000, done: true })
})

test('an import goes on by itself when the gateway was killed and is back, and every reading is there once', async () => {
  const { gateway: killed, way, rows, ended, progress } = await underWay()
  await killed.stop('SIGKILL')
  way.heal()
  const gateway = await killed.restart()
  gateways.push(gateway)
  expect(await ended).toBe(0)
  const { readings, closes } = await settled(gateway)
  expect([readings.archived, readings.conflict, closes]).toEqual([rows.length, 0, true])
  expect(progress()).toMatchObject({ rows: rows.length, done: true })
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryRow } from '../../src/commands/import/history-file.js'
import { mappingSchema } from '../../src/commands/import/mapping.js'
import { openHistory } from '../../src/commands/import/open-history.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { findServer } from '../support/servers.js'

/** History is asked of an InfluxDB that runs: of a real one of 1.x, and by the documents of 2.x. */

const influxd = findServer('influxd')
const FROM_MS = Date.parse('2024-01-01T00:00:00Z')
const HOURS = 72

const mapping = (influxdb: object) =>
  mappingSchema.parse({
    format: 'influxdb',
    influxdb: { measurements: ['meters'], from: '2024-01-01T00:00:00Z', to: '2024-01-04T00:00:00Z', ...influxdb },
    time: { column: '_time', format: 'epoch_ns' },
    plant: 'p',
    line: 'l',
    device: '{meter}',
    values: [{ column: 'energy', metric: 'elec_import_kwh', unit: 'kWh' }],
  })

async function rowsOf(url: string, influxdb: object): Promise<readonly HistoryRow[]> {
  const rows: HistoryRow[] = []
  for await (const some of (await openHistory(url, mapping(influxdb))).rows()) rows.push(...some)
  return rows
}

const told = (rows: readonly HistoryRow[]) =>
  rows.map((row) => ['_time', 'meter', 'energy', 'state', '_measurement'].map((column) => row.cell(column)))

describe.skipIf(influxd === null)('an InfluxDB 1.x', () => {
  let influx: Influxd
  beforeAll(async () => {
    influx = await startInfluxd(influxd!, { auth: { username: 'admin', password: 'secret' } })
    await influx.query('CREATE DATABASE plant')
    const lines = Array.from({ length: HOURS }, (_, hour) =>
      ['a', 'b'].map((meter, i) => {
        const state = hour === 5 ? ',state="on, \\"off\\""' : ''
        return `meters,meter=${meter} energy=${hour + i / 4}${state} ${FROM_MS + hour * 3_600_000}`
      }),
    ).flat()
    const answer = await fetch(`${influx.url}/write?db=plant&precision=ms`, {
      method: 'POST',
      body: [...lines, `other energy=1 ${FROM_MS}`, `meters,meter=a energy=99 ${FROM_MS - 1}`].join('\n'),
      headers: { authorization: `Basic ${Buffer.from('admin:secret').toString('base64')}` },
    })
    expect(answer.status).toBe(204)
    process.env.GREENGAUGE_INFLUX_PASSWORD = 'secret'
  })
  afterAll(async () => {
    delete process.env.GREENGAUGE_INFLUX_PASSWORD
    await influx?.remove()
  })
  const section = { version: 1, database: 'plant', username: 'admin' }

  test('gives each point once, whatever the length of the slices', async () => {
    const daily = told(await rowsOf(influx.url, section))
    expect(daily).toHaveLength(2 * HOURS)
    expect(daily[5]).toEqual([`${FROM_MS + 5 * 3_600_000}000000`, 'a', 5, 'on, "off"', 'meters'])
    const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
    for (const slice_h of [1, 7, 8784]) {
      const other = await rowsOf(influx.url, { ...section, slice_h })
      expect(sorted(told(other))).toEqual(sorted(daily))
      expect(other.map(({ number }) => number)).toEqual(other.map((_, i) => i + 1))
    }
  })

  test('is asked in the same order each time, so that an import goes on where it was', async () => {
    expect(told(await rowsOf(influx.url, section))).toEqual(told(await rowsOf(influx.url, section)))
  })

  test('says what it does not answer', async () => {
    await expect(rowsOf(influx.url, { ...section, database: 'none' })).rejects.toThrow('database not found: none')
    await expect(rowsOf(influx.url, { ...section, username: 'mallory' })).rejects.toThrow(/401.*authorization failed/)
    await expect(rowsOf(influx.url.replace('http://', 'http://admin:secret@'), section)).rejects.toThrow('no password')
    await expect(rowsOf('http://127.0.0.1:1', section)).rejects.toThrow('does not answer')
  })

  test('has nothing of a measurement that is not there', async () => {
    expect(await rowsOf(influx.url, { ...section, measurements: ['none', 'o"ther'] })).toEqual([])
  })
})

/** Annotated CSV of `POST /api/v2/query`, as the documents of InfluxDB 2.x have it. */
const ANSWER = [
  '#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string',
  '#group,false,false,true,true,false,false,true,true,true',
  '#default,_result,,,,,,,,',
  ',result,table,_start,_stop,_time,_value,_field,_measurement,meter',
  ',,0,2024-01-01T00:00:00Z,2024-01-04T00:00:00Z,2024-01-01T01:00:00Z,1.5,energy,meters,a',
  ',,0,2024-01-01T00:00:00Z,2024-01-04T00:00:00Z,2024-01-01T02:00:00.25Z,2.5,energy,meters,a',
  '',
  '#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,string,string,string,string',
  '#group,false,false,true,true,false,false,true,true,true',
  '#default,_result,,,,,,,,',
  ',result,table,_start,_stop,_time,_value,_field,_measurement,meter',
  ',,1,2024-01-01T00:00:00Z,2024-01-04T00:00:00Z,2024-01-01T01:00:00Z,"on, off",state,meters,a',
  '',
].join('\r\n')

/** Table in which an answer ends that has begun with status 200 and then failed. */
const FAILED = [
  '#datatype,string,string',
  '#group,true,true',
  '#default,,',
  ',error,reference',
  ',query exceeded the memory of secret,897',
  '',
].join('\r\n')

describe('an InfluxDB 2.x, by its documents', () => {
  let server: Server
  let ending: 'whole' | 'failed' | 'broken' = 'whole'
  let url = ''
  const asked: { readonly path: string; readonly token: string; readonly query: string }[] = []
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      const { query } = JSON.parse(text) as { query: string }
      asked.push({ path: request.url!, token: request.headers.authorization ?? '', query })
      if (request.headers.authorization !== 'Token secret') {
        response.writeHead(401, { 'content-type': 'application/json' })
        response.end('{"code":"unauthorized","message":"unauthorized access"}')
        return
      }
      response.writeHead(200, { 'content-type': 'text/csv' })
      if (ending === 'broken') response.write(ANSWER, () => request.socket.destroy())
      else if (ending === 'failed') response.end(`${ANSWER}\r\n${FAILED}`)
      else response.end(query.includes('2024-01-01') ? ANSWER : '\r\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    process.env.GREENGAUGE_INFLUX_TOKEN = 'secret'
  })
  afterAll(() => {
    delete process.env.GREENGAUGE_INFLUX_TOKEN
    server.close()
  })
  const section = { version: 2, org: 'works', bucket: 'plant/"a"' }

  test('is asked by Flux, and each value is a row', async () => {
    const rows = told(await rowsOf(url, section))
    expect(rows).toEqual([
      [`${FROM_MS + 3_600_000}000000`, 'a', 1.5, undefined, 'meters'],
      [`${FROM_MS + 7_200_250}000000`, 'a', 2.5, undefined, 'meters'],
      [`${FROM_MS + 3_600_000}000000`, 'a', undefined, 'on, off', 'meters'],
    ])
    expect(asked).toHaveLength(3)
    expect(asked[0]!.path).toBe('/api/v2/query?org=works')
    expect(asked[0]!.query).toBe(
      'from(bucket: "plant/\\"a\\"") |> range(start: time(v: "2024-01-01T00:00:00.000Z"), stop: time(v: "2024-01-02T00:00:00.000Z")) |> filter(fn: (r) => r._measurement == "meters")',
    )
  })

  test.each([
    ['failed', /^InfluxDB says: query exceeded the memory of \(+secret\)+$/],
    ['broken', 'does not answer'],
  ] as const)('an answer that has begun and then %s is no answer', async (way, sentence) => {
    ending = way
    await expect(rowsOf(url, section)).rejects.toThrow(sentence)
    ending = 'whole'
  })

  test('says why it does not answer', async () => {
    process.env.GREENGAUGE_INFLUX_TOKEN = 'wrong'
    await expect(rowsOf(url, section)).rejects.toThrow(/401.*unauthorized access/)
  })
})

test.each([
  ['http://', 'an address of an InfluxDB is such as'],
  ['http://influx:8086/?u=a&p=secret', 'nothing behind ?'],
])('the address %s is refused', async (url, sentence) => {
  const failure = await rowsOf(url, { version: 1, database: 'd' }).catch((error: Error) => error.message)
  expect(failure).toContain(sentence)
  expect(failure).not.toContain('secret')
})

test.each([
  [{ version: 1 }, 'say the database'],
  [{ version: 2, bucket: 'b' }, 'say the organization'],
  [{ version: 1, database: 'd', to: '2023-01-01T00:00:00Z' }, 'is not behind from'],
  [{ version: 1, database: 'd', from: '1990-01-01T00:00:00Z', slice_h: 0.01 }, 'make it longer'],
])('a section of %j is refused: %s', (section, sentence) => {
  expect(() => mapping(section)).toThrow(sentence)
})

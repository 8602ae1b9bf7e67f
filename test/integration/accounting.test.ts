import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Senders } from '../../src/archive/senders.js'
import { Decoder } from '../../src/decode/decoder.js'
import { accountingOf } from '../../src/pipeline/accounting.js'
import { type Decoding, type MessageEntry, newDecoding, takeMessage } from '../../src/pipeline/decoding.js'
import { type MessageAccounting, newAccounting } from '../../src/pipeline/message-accounting.js'
import { cursorAt } from '../support/entries.js'
import { accounting, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

const TS = Date.UTC(2026, 0, 5)
const MESSAGES = 50

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const send = (topic: string, content: unknown, retain = false) =>
    client.publishAsync(topic, typeof content === 'string' ? content : JSON.stringify(content), { qos: 1, retain })
  const sample = (i: number, value = i) => ({
    ts: TS + i * 60_000,
    metrics: { elec_import_kwh: value, elec_import_kw: 4 },
  })
  const main = 'plants/sums-1/utilities/main-1'
  for (let i = 0; i < MESSAGES; i++) await send(`${main}/energy`, sample(i))
  await send(`${main}/energy`, sample(3))
  await send(`${main}/energy`, sample(4, 4.5))
  await send(`${main}/energy`, [sample(MESSAGES), { ts: TS }, 7])
  await send(`${main}/energy`, 'not JSON')
  await send(`${main}/status`, 'online')
  await send(`${main}/energy`, '', true)
  await send('elsewhere', '1')
  await client.endAsync()
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test('every message and every reading is in exactly one place, by device too', async () => {
  const sums = await settled(gateway)
  expect(sums.messages).toEqual({ received: MESSAGES + 7, decoded: MESSAGES + 5, rejected: 2, undecoded: 0 })
  const archived = 2 * (MESSAGES + 1)
  // One of the two that came twice is the same as before; of the other one value is, and one is not.
  expect(sums.readings).toEqual({ decoded: archived + 4, archived, duplicate: 3, conflict: 1, pending: 0 })
  expect(sums.elements_rejected).toBe(4)
  expect(sums.stores.duckdb?.readings).toEqual({ archived, stored: archived, refused: 0, pending: 0 })
  const { final, stored } = sums.stores.duckdb!.kpis
  expect(final).toBeGreaterThan(0)
  expect(stored).toBe(final)
  expect(sums.closes).toBe(true)
  expect((await accounting(gateway, true)).devices).toEqual([
    {
      plant: 'sums-1',
      line: 'utilities',
      device: 'main-1',
      messages: MESSAGES + 6,
      readings: archived + 4,
      elements_rejected: 3,
    },
  ])
})

describe('the accounts do not close', { tags: ['deep'] }, () => {
  /** Changes the database of the stopped gateway, and asks it again; then undoes the change. */
  async function withDatabase(change: string, undo: string): Promise<boolean> {
    // A reading that is not in the database yet cannot be taken out of it.
    expect((await settled(gateway)).closes).toBe(true)
    await gateway.stop()
    await runSql(change)
    gateway = await gateway.restart()
    const { closes } = await settled(gateway)
    await gateway.stop()
    await runSql(undo)
    gateway = await gateway.restart()
    expect((await settled(gateway)).closes).toBe(true)
    return closes
  }

  async function runSql(sql: string): Promise<void> {
    const instance = await DuckDBInstance.create(join(gateway.dataDir, 'archive.duckdb'))
    const connection = await instance.connect()
    await connection.run(sql)
    connection.closeSync()
    instance.closeSync()
  }

  const counted = (step: string) => `UPDATE progress SET content = json_merge_patch(content,
      json_object('messagesDecoded', (content->>'messagesDecoded')::INTEGER ${step})) WHERE name = 'journal'`

  test('when one reading is lost from the archive', async () => {
    const lost = 'series = 1 AND ts = (SELECT max(ts) FROM reading WHERE series = 1)'
    const change = `CREATE TABLE lost AS SELECT * FROM reading WHERE ${lost}; DELETE FROM reading WHERE ${lost}`
    expect(await withDatabase(change, 'INSERT INTO reading FROM lost; DROP TABLE lost')).toBe(false)
  })

  test('when one message was read but not counted', async () => {
    expect(await withDatabase(counted('- 1'), counted('+ 1'))).toBe(false)
  })

  test('when one final point is lost from the store', async () => {
    const lost = 'NOT provisional AND start = (SELECT min(start) FROM kpi_point WHERE NOT provisional)'
    const change = `CREATE TABLE lost AS FROM kpi_point WHERE ${lost} LIMIT 1;
      DELETE FROM kpi_point p USING lost l WHERE p.stream = l.stream AND p.start = l.start`
    expect(await withDatabase(change, 'INSERT INTO kpi_point FROM lost; DROP TABLE lost')).toBe(false)
  })
})

describe('a pipeline of three messages with two readings each', () => {
  const message = (i: number): MessageEntry => ({
    kind: 'message',
    ingress: 'mqtt',
    arrivedAt: TS,
    client: 'c',
    topic: 'plants/sums-1/utilities/main-1/energy',
    payload: Buffer.from(JSON.stringify({ ts: TS + i, metrics: { elec_import_kwh: i, elec_import_kw: i } })),
    qos: 1,
    retain: false,
    fullSizeBytes: null,
  })

  /** The accounts of a pipeline whose steps are these. */
  async function closesWith({
    decode = (messages: readonly MessageEntry[]) => messages,
    archive = (decoding: Decoding) => decoding.readings.length,
  }): Promise<boolean> {
    const accounting: MessageAccounting = newAccounting()
    const decoding = newDecoding()
    const messages = [0, 1, 2].map(message)
    for (const [index, one] of decode(messages).entries()) {
      takeMessage(
        cursorAt(one),
        { position: 1, index },
        new Decoder(),
        { registered: null },
        decoding,
        accounting,
        new Senders(),
      )
    }
    accounting.readingsArchived = archive(decoding)
    const { closes } = await accountingOf({
      received: messages.length,
      read: messages.length,
      pendingReadings: 0,
      accounting,
      engine: { finalPoints: 0 },
      archive: { readingCount: async () => accounting.readingsArchived, readingCountSince: async () => 0 },
      points: { finalCount: async () => 0 },
      deliveries: [],
    })
    return closes
  }

  test('closes as it is', async () => expect(await closesWith({})).toBe(true))

  test('does not when a decoder loses a message', async () => {
    expect(await closesWith({ decode: ([first, , third]) => [first!, third!] })).toBe(false)
  })

  test('does not when a decoder takes a message twice', async () => {
    expect(await closesWith({ decode: (messages) => [...messages, messages[0]!] })).toBe(false)
  })

  test('does not when a reading is lost on the way to the archive', async () => {
    expect(await closesWith({ archive: ({ readings }) => readings.length - 1 })).toBe(false)
  })
})

// @module-tag slow

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlarmsAnswer } from '../../src/base/wire/alarms.js'
import type { EntryItem } from '../../src/base/wire/entries.js'
import type { CarbonMarketAnswer } from '../../src/views/wire/carbon-market.js'
import { removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { jobDone } from '../support/job-done.js'
import { awayFromMidnight } from '../support/midnight.js'
import { putOnRecord } from '../support/put-on-record.js'

/** Months of a carbon market in a real gateway: originals, the document, its attestation, and the alarm of the deadline. */

const PLANT = 'suzhou-1'
await awayFromMidnight()
const today = new Date()
const monthOf = (back: number) =>
  new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1)).toISOString().slice(0, 7)
// The month before last is over in every zone, and its time of a day is over too.
const MONTH = monthOf(2)
const LAST = monthOf(1)
const documentOf = (month: string, next: string) => `${PLANT}.ets-month.${month}-01.${next}-01`
const DOCUMENT = documentOf(MONTH, LAST)
const BILL = Buffer.from('a scanned bill')
const SHA256 = createHash('sha256').update(BILL).digest('hex')

const ets = { from: MONTH, covered: 'direct', attest_within_days: 1 }
const plants = [
  { id: PLANT, name: {}, timezone: 'UTC', ets, lines: [{ id: 'l' }] },
  { id: 'jinan-1', name: {}, timezone: 'UTC' },
]

let gateway: TestGateway

const api = async <T>(path: string, init?: RequestInit): Promise<T> => {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, init)
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
const market = (plant = PLANT) => api<CarbonMarketAnswer>(`/plants/${plant}/carbon-market`)
const attest = (plant = PLANT, month = MONTH, more: { readonly id?: string } = {}) => {
  const said = { by: 'Li Na', role: 'energy manager', ...more }
  return putOnRecord<EntryItem>(gateway, plant, said, `carbon-market/${month}/attestation`)
}
const upload = (body: Buffer) =>
  api<{ sha256: string; known: boolean }>(`/plants/${PLANT}/originals`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(body),
  })
const overdue = async () => {
  const { items } = await api<AlarmsAnswer>(`/plants/${PLANT}/alarms?state=open`)
  return items.some(({ rule, cleared_at }) => rule === 'month-not-attested' && cleared_at === null)
}

beforeAll(async () => {
  gateway = await startGateway({ config: { plants } })
})
afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test('an original is kept under its hash, and given back as it was', async () => {
  expect(await upload(BILL)).toMatchObject({ sha256: SHA256, known: false })
  expect(await upload(BILL)).toMatchObject({ sha256: SHA256, known: true })
  const back = await fetch(`${gateway.httpUrl}/api/v1/plants/${PLANT}/originals/${SHA256}`)
  expect(Buffer.from(await back.arrayBuffer()).equals(BILL)).toBe(true)
  await expect(upload(Buffer.alloc(0))).rejects.toThrow('400')
  await expect(upload(Buffer.alloc(21 * 2 ** 20))).rejects.toThrow('413')
  const file = join(gateway.dataDir, 'originals', SHA256.slice(0, 2), SHA256)
  writeFileSync(file, 'another bill')
  expect((await fetch(`${gateway.httpUrl}/api/v1/plants/${PLANT}/originals/${SHA256}`)).status).toBe(409)
  expect(await upload(BILL)).toMatchObject({ sha256: SHA256, known: false })
  expect(readFileSync(file).equals(BILL)).toBe(true)
})

test('entries and the plan stand in the answer, and what lacks', async () => {
  const papers = { author: 'Li Na', document: 'paper 1' }
  const at = `${MONTH}-01`
  const year = today.getUTCFullYear()
  await putOnRecord(gateway, PLANT, { type: 'allowance', move: 'allocated', tonnes: 100, year, at, ...papers })
  await putOnRecord(gateway, PLANT, {
    ...{ type: 'allowance', move: 'sold', tonnes: 30, year, at, ...papers },
    document_sha256: SHA256,
  })
  const { allowances, originals, plan, enabled } = await market()
  expect(enabled).toBe(true)
  expect(allowances).toMatchObject({ year, held: 70, surrendered: 0, projected: null, difference: null })
  expect(originals).toMatchObject({ named: 1, kept: 1, missing: [{ type: 'allowance', sha256: null }] })
  expect(plan).toMatchObject([{ version: 1, changes: [] }])
  expect(await market('jinan-1')).toMatchObject({ enabled: false, months: [], allowances: { held: null } })
  await putOnRecord(gateway, 'jinan-1', { type: 'allowance', move: 'surrendered', tonnes: 4, year, at, ...papers })
  expect((await market('jinan-1')).allowances).toMatchObject({ held: null, surrendered: 4, difference: null })
  await putOnRecord(gateway, 'jinan-1', { type: 'allowance', move: 'sold', tonnes: 1, year, at, ...papers })
  expect((await market('jinan-1')).allowances).toMatchObject({ held: null, surrendered: 4, difference: null })
})

test('a month is overdue, its document is frozen and attested, and the alarm ends', async () => {
  await until(overdue)
  await expect(attest('jinan-1')).rejects.toThrow(/^409 .*takes part in no carbon market/)
  await expect(attest()).rejects.toThrow(/^409 .*is not frozen/)
  await until(() => jobDone(gateway, `/reports/${DOCUMENT}/freeze`, { by: 'Li Na' }))
  const before = (await market()).months.find(({ month }) => month === MONTH)
  expect(before).toMatchObject({ state: 'frozen', overdue: true, report: { id: DOCUMENT, version: 1 } })
  const said = await attest(PLANT, MONTH, { id: 'month-1' })
  expect(await attest(PLANT, MONTH, { id: 'month-1' })).toEqual(said)
  expect(said).toMatchObject({ type: 'month_attestation', status: 'recorded', author: 'Li Na' })
  const after = (await market()).months.find(({ month }) => month === MONTH)
  expect(after).toMatchObject({
    state: 'attested',
    overdue: false,
    late: true,
    attestation: { role: 'energy manager' },
  })
  expect(after?.report?.outdated).toBe(false)
  // The month after it may be overdue by now, too.
  await until(() => jobDone(gateway, `/reports/${documentOf(LAST, monthOf(0))}/freeze`, { by: 'Li Na' }))
  await expect(attest(PLANT, LAST, { id: 'month-1' })).rejects.toThrow(/^409 .*month-1 is another one/)
  await attest(PLANT, LAST)
  await until(async () => !(await overdue()))
  // Allowances of a month before belong to the position of each month after it.
  await putOnRecord(gateway, PLANT, {
    ...{ type: 'allowance', move: 'bought', tonnes: 5, year: Number(LAST.slice(0, 4)), at: `${MONTH}-02` },
    ...{ author: 'Li Na', document: 'paper 2' },
  })
  const last = async () => (await market()).months.find(({ month }) => month === LAST)
  await until(async () => (await last())?.report?.outdated === true)
  expect(await last()).toMatchObject({ state: 'attested', attestation: { version: 1 } })
})

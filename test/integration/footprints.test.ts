// @module-tag slow

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EntryItem } from '../../src/base/wire/entries.js'
import { removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { jobDone } from '../support/job-done.js'
import { putOnRecord } from '../support/put-on-record.js'
import { supplierPact } from '../support/supplier-pact.js'

/** Lots, their inputs and the files of suppliers in a real gateway: what is taken, and what is refused with which words. */

let gateway: TestGateway

const lines = [{ id: 'line-1' }]
const plants = [
  { id: 'suzhou-1', name: {}, timezone: 'Asia/Shanghai', lines },
  { id: 'jinan-1', name: {}, timezone: 'Asia/Shanghai', lines, four_eyes: true },
]
const LOT = {
  ...{ type: 'production_lot', lot: 'L-1', product: 'bracket', line: 'line-1', quantity: 64, unit: 'pcs' },
  ...{ from: '2026-03-01T08:00:00+08:00', to: '2026-03-01T12:00:00+08:00', allocation: 'metered_energy' },
  ...{ author: 'Li Na', document: 'WO-17' },
}
const INPUT = {
  ...{ type: 'lot_input', lot: 'L-1', material: 'steel', amount: 2.5, unit: 't', author: 'Li Na', document: 'WO-17' },
  footprint: 'f4b1225a-bd44-4c8e-861d-079e4e1dfd69',
}

const put = (plant: string, body: object, path?: string) => putOnRecord<EntryItem>(gateway, plant, body, path)
const refusal = (plant: string, body: object, path?: string) =>
  put(plant, body, path).then(
    () => 'taken',
    (error: Error) => error.message,
  )
const file = (more?: object, pcf?: object) => JSON.stringify(supplierPact(more, pcf))

beforeAll(async () => {
  gateway = await startGateway({ config: { plants } })
  await put('suzhou-1', { ...LOT, id: 'lot-1' })
})
afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test('a lot is on record once, and sent again it is the same entry', async () => {
  const again = await put('suzhou-1', { ...LOT, id: 'lot-1' })
  expect(again).toMatchObject({ id: 'lot-1', status: 'counted', ts: '2026-03-01T00:00:00.000Z' })
  expect(await refusal('suzhou-1', { ...LOT, id: 'lot-2' })).toMatch(/^409 .*Lot L-1 is on record \(entry lot-1\)/)
})

test.each([
  ['on a line that there is not', { line: 'line-9' }, /The parameter line is .*a line of suzhou-1: line-1/],
  ['within an hour', { from: '2026-03-01T08:30:00+08:00' }, /The parameter from .*a full hour of the plant/],
  ['that ends before it begins', { to: '2026-03-01T07:00:00+08:00' }, /The parameter to .*a time after from/],
  ['by mass without tonnes', { allocation: 'mass' }, /The parameter allocated .*hours or tonnes of the lot/],
  ['with more than all', { allocation: 'time', allocated: 5, allocated_of: 4 }, /allocated_of .*not below allocated/],
  ['of the future', { to: '2027-03-01T12:00:00+08:00' }, /The parameter to .*an instant not after/],
])('a lot %s is refused', async (_, more, said) => {
  expect(await refusal('suzhou-1', { ...LOT, lot: 'L-7', ...more })).toMatch(said)
})

test('an input goes into a lot that is on record', async () => {
  expect(await put('suzhou-1', { ...INPUT, id: 'in-1' })).toMatchObject({ ts: '2026-03-01T00:00:00.000Z' })
  expect(await refusal('suzhou-1', { ...INPUT, lot: 'L-8' })).toMatch(
    /The parameter lot .*the number of a lot on record/,
  )
})

test('the file of a supplier is put on record with its hash, and with every fault it is refused', async () => {
  const body = { content: file(), author: 'Li Na', id: 'pcf-1' }
  const entry = await put('suzhou-1', body, 'supplier-footprints')
  expect(entry).toMatchObject({ type: 'supplier_footprint', status: 'counted', fields: { kg_co2e: '1.95' } })
  const faulty = { ...body, id: 'pcf-2', content: file({ companyName: '' }, { declaredUnitAmount: 1 }) }
  const said = await refusal('suzhou-1', faulty, 'supplier-footprints')
  expect(said).toMatch(/^400 /)
  expect(JSON.parse(said.slice(4)).errors).toEqual([
    { parameter: 'companyName', received: '""', expected: 'a text that is not empty' },
    {
      parameter: 'pcf.declaredUnitAmount',
      received: '1',
      expected: 'a decimal number above 0 as text, such as "1"',
    },
  ])
})

test('no footprint of a supplier is put on record without its file', async () => {
  const said = await refusal('suzhou-1', { ...entryWithoutFile, type: 'supplier_footprint' })
  expect(said).toMatch(/^400 .*production_lot, lot_input/)
})

const entryWithoutFile = { kg_co2e: '0', author: 'Li Na', document: 'none' }

test('with four eyes a footprint waits for somebody else', async () => {
  const body = { content: file(), author: 'Li Na', id: 'pcf-1' }
  expect(await put('jinan-1', body, 'supplier-footprints')).toMatchObject({ status: 'proposed' })
  expect(await put('jinan-1', { by: 'Wang Wei' }, 'entries/pcf-1/approve')).toMatchObject({ status: 'counted' })
})

test('footprints go out of a frozen report, not out of a draft', async () => {
  const id = 'suzhou-1.product-footprint.2026-03-01.2026-03-02'
  const of = { plants: ['suzhou-1'], from: '2026-03-01', to: '2026-03-02', profile: 'product-footprint' }
  const ask = () => fetch(`${gateway.httpUrl}/api/v1/reports/${id}/footprints`)
  await until(() => jobDone(gateway, '/reports', of))
  const draft = await ask()
  expect([draft.status, await draft.text()]).toEqual([409, expect.stringContaining('freeze it')])
  await until(() => jobDone(gateway, `/reports/${id}/freeze`, { by: 'Wang' }))
  const frozen = await ask()
  expect(frozen.status).toBe(200)
  expect(await frozen.json()).toMatchObject({ footprints: [], lacking: [{ lot: 'L-1' }] })
})

test('a report of another form has no footprints', async () => {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/reports/suzhou-1.ghg.2026-03-01.2026-03-02/footprints`)
  expect(answer.status).toBe(404)
})

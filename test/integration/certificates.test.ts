// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EntryItem } from '../../src/base/wire/entries.js'
import type { CertificatesAnswer } from '../../src/views/wire/certificates.js'
import { getJson, readiness, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { putOnRecord } from '../support/put-on-record.js'

/** Certificates of green electricity that two plants of a real gateway would like to have. */

let gateway: TestGateway

const plantOf = (id: string, more: object = {}) => ({ id, name: {}, timezone: 'Asia/Shanghai', ...more })
const contract = { id: 'wind', kwh: 1000, factor: 0, vintage: 2026, certificates: ['GEC-9001'] }
const plants = [
  plantOf('suzhou-1'),
  plantOf('wuxi-1', { contracts: [contract] }),
  plantOf('jinan-1', { four_eyes: true }),
]

const numbers = (first: string, last: string, mwh: number) => ({ first, last, mwh })
const certificate = (id: string, more: object) => ({
  ...{ id, type: 'energy_certificate', issuer: 'NEA', generated: '2026-03', technology: 'solar', state: 'held' },
  ...{ author: 'Li Na', document: 'statement 3', ...more },
})
const put = (plant: string, body: object, path?: string) => putOnRecord<EntryItem>(gateway, plant, body, path)
const register = () => getJson<CertificatesAnswer>(gateway, '/api/v1/certificates')
const refusal = (plant: string, body: object, path?: string) =>
  put(plant, body, path).then(
    () => 'taken',
    (error: Error) => error.message,
  )

beforeAll(async () => {
  gateway = await startGateway({ config: { plants } })
  await put('suzhou-1', certificate('c-1', numbers('GEC-0001', 'GEC-0100', 100)))
})
afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test('a certificate that one plant has is refused in another, and the answer names both', async () => {
  const again = certificate('c-2', numbers('GEC-0100', 'GEC-0120', 21))
  const said = await refusal('wuxi-1', again)
  expect(said).toMatch(/^409 /)
  expect(JSON.parse(said.slice(4)).detail).toBe(
    'Certificates GEC-0100 of NEA are held by suzhou-1 (entry c-1): a certificate counts once over all plants, so wuxi-1 cannot claim it.',
  )
  expect(await refusal('suzhou-1', certificate('c-3', numbers('GEC-9001', 'GEC-9001', 1)))).toMatch(
    /409 .*contract wind of wuxi-1.*suzhou-1 cannot claim/,
  )
  expect((await register()).conflicts).toEqual([])
})

test('the same entry sent again is the same entry', async () => {
  const first = await put('suzhou-1', certificate('c-1', numbers('GEC-0001', 'GEC-0100', 100)))
  expect(first).toMatchObject({ id: 'c-1', status: 'recorded', ts: '2026-02-28T16:00:00.000Z' })
})

test('of claims at the same time one is taken, and no number goes twice', async () => {
  const claims = Array.from({ length: 12 }, (_, i) => {
    const plant = i % 2 === 0 ? 'suzhou-1' : 'wuxi-1'
    return refusal(plant, certificate(`race-${i}`, numbers(`RACE-${1 + i}`, 'RACE-50', 50 - i)))
  })
  const answers = await Promise.all(claims)
  expect(answers.filter((one) => one === 'taken')).toHaveLength(1)
  expect(answers.filter((one) => one.startsWith('409'))).toHaveLength(11)
  const { lots, conflicts } = await register()
  expect([lots.filter(({ first }) => first.startsWith('RACE')).length, conflicts]).toEqual([1, []])
})

test('a proposal keeps its numbers until it is rejected, and an approval counts', async () => {
  const said = numbers('P-1', 'P-10', 10)
  expect(await put('jinan-1', certificate('p-1', said))).toMatchObject({ status: 'proposed' })
  expect(await refusal('wuxi-1', certificate('p-2', said))).toMatch(/409 .*jinan-1 \(entry p-1\).*wuxi-1/)
  await put('jinan-1', { by: 'Wang', reason: 'wrong registry' }, 'entries/p-1/reject')
  expect(await refusal('wuxi-1', certificate('p-2', said))).toBe('taken')
  expect(await put('jinan-1', certificate('p-3', numbers('P-11', 'P-20', 10)))).toMatchObject({ status: 'proposed' })
  expect(await put('jinan-1', { by: 'Wang' }, 'entries/p-3/approve')).toMatchObject({ status: 'recorded' })
  expect(await refusal('wuxi-1', certificate('p-4', numbers('P-20', 'P-20', 1)))).toMatch(/409 .*jinan-1 \(entry p-3\)/)
})

test('what is no certificate is refused with what is wrong', async () => {
  const bad = async (more: object) => await refusal('suzhou-1', certificate('bad', more))
  expect(await bad(numbers('GEC', 'GEC', 1))).toMatch(/400 .*ends in digits/)
  expect(await bad(numbers('GEC-5', 'GEC-4', 1))).toMatch(/400 .*last/)
  expect(await bad({ ...numbers('X-1', 'X-1', 1), state: 'retired' })).toMatch(/400 .*used_for/)
  expect(await bad({ ...numbers('X-1', 'X-1', 1), used_for: '2026-04' })).toMatch(/400 .*used_for/)
  expect(await bad({ ...numbers('X-1', 'X-1', 1), generated: '2099-01' })).toMatch(/400 .*generated/)
  expect(await bad({ ...numbers('X-1', 'X-1', 1), generated: '2026-13' })).toMatch(/400 .*2026-10/)
})

test('after a kill, and after a rebuild, a certificate is retired for a month and still has one plant', async () => {
  await gateway.stop('SIGKILL')
  gateway = await gateway.restart()
  await settled(gateway)
  const part = numbers('GEC-0001', 'GEC-0040', 40)
  expect(await refusal('wuxi-1', certificate('k-1', part))).toMatch(/409 .*suzhou-1 \(entry c-1\)/)
  await put('suzhou-1', certificate('k-2', { ...part, state: 'retired', used_for: '2026-04' }))
  const before = await register()
  expect(before.lots.filter(({ first }) => first.startsWith('GEC'))).toMatchObject([
    { first: 'GEC-0001', last: 'GEC-0040', count: 40, mwh: 40, state: 'retired', used_for: '2026-04', entry: 'k-2' },
    { first: 'GEC-0041', last: 'GEC-0100', count: 60, mwh: 60, state: 'held', used_for: null, entry: 'c-1' },
  ])
  expect(before.retired).toEqual([{ plant: 'suzhou-1', month: '2026-04', mwh: 40 }])

  await gateway.stop()
  rmSync(join(gateway.dataDir, 'archive.duckdb'))
  gateway = await gateway.restart()
  // While it is rebuilt a small server answers, then for a moment none.
  await until(async () => (await readiness(gateway).catch(() => ({ status: 0 }))).status === 200)
  await settled(gateway)
  expect(await register()).toEqual(before)
  expect(await refusal('wuxi-1', certificate('k-3', part))).toMatch(
    /409 .*retired for 2026-04 by suzhou-1 \(entry k-2\)/,
  )
})

test('a plant that is taken out of the configuration keeps its certificates', async () => {
  await gateway.stop()
  gateway = await gateway.restart({ plants: plants.filter(({ id }) => id !== 'suzhou-1') })
  await settled(gateway)
  expect(await refusal('wuxi-1', certificate('g-1', numbers('GEC-0100', 'GEC-0100', 1)))).toMatch(/409 .*by suzhou-1/)
})

test('a withdrawn entry gives its numbers back, and stays on record', async () => {
  await put('wuxi-1', certificate('w-1', numbers('W-1', 'W-5', 5)))
  await put('wuxi-1', { by: 'Li Na', reason: 'of another company' }, 'entries/w-1/withdraw')
  expect((await register()).lots.filter(({ first }) => first.startsWith('W-'))).toEqual([])
  expect(await refusal('jinan-1', certificate('w-2', numbers('W-1', 'W-5', 5)))).toBe('taken')
})

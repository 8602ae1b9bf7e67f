import pino from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EntryItem } from '../../../src/base/wire/entries.js'
import { entriesAnswer, entryAnswer } from '../../../src/base/wire/entries.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { pointAt } from './examples.js'
import { FakeSources } from './fake-sources.js'

const sources = new FakeSources()
let views: Views

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())
beforeEach(() => {
  sources.eventItems.length = 0
  sources.rules = { fourEyes: false, tolerancePct: 2 }
})

function send(path: string, body: unknown): Promise<Response> {
  return fetch(`http://127.0.0.1:${views.port}/api/v1/plants/suzhou-1/entries${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function taken(path: string, body: unknown): Promise<EntryItem> {
  const response = await send(path, body)
  expect(response.status, await response.clone().text()).toBe(200)
  return entryAnswer.parse(await response.json())
}

async function refused(path: string, body: unknown): Promise<string> {
  const response = await send(path, body)
  expect(response.status).toBeGreaterThanOrEqual(400)
  return `${response.status} ${((await response.json()) as { detail: string }).detail}`
}

async function listed(): Promise<readonly EntryItem[]> {
  const response = await fetch(
    `http://127.0.0.1:${views.port}/api/v1/plants/suzhou-1/entries?from=2000-01-01T00:00:00Z`,
  )
  return entriesAnswer.parse(await response.json()).items
}

const bill = {
  type: 'bill',
  id: 'b-1',
  metric: 'elec_import_kwh',
  amount: 441_286,
  from: '2026-10-01',
  to: '2026-11-01',
  author: 'zhang',
  document: 'invoice 17',
}
const receipt = {
  type: 'fuel_used',
  id: 'd-1',
  fuel: 'diesel',
  amount: 2,
  at: '2026-10-03',
  author: 'zhang',
  document: 'slip 4',
}

test('what an entry lacks, or has of another kind, is said in words', async () => {
  const { metric: _, ...without } = bill
  expect(await refused('', without)).toBe('400 The parameter metric is missing; expected a text.')
  const { amount: _amount, document: _document, ...bare } = bill
  expect(await refused('', { ...bare, from: 'monday' })).toBe(
    '400 The parameter amount is missing; expected a number, such as 12.5. The parameter from is "monday"; expected a day such as 2026-10-01. The parameter document is missing; expected a text of 1 to 200 characters.',
  )
  expect(await refused('', { ...bill, metric: 'heat_gj2', to: bill.from })).toMatch(
    /^400 The parameter metric is "heat_gj2"; expected one of .*\. The parameter to is "2026-10-01"; expected a day after from/,
  )
  const words = await refused('', { ...bill, amount: '1,5' })
  expect(words).toBe('400 The parameter amount is "1,5"; expected a number, such as 12.5.')
})

describe('what no meter sends', () => {
  test('is found behind as many events of the same type as devices send in years', async () => {
    for (let i = 0; i < 10_000; i++) {
      const at = new Date(Date.UTC(2020, 0, 1) + i * 3_600_000).toISOString()
      const fields = { fuel: 'diesel', amount: 1 }
      const sent = { id: `e-${i}`, device: 'pump', line: 'yard', type: 'fuel_used', ts: at, received_at: at, fields }
      sources.eventItems.push(sent)
    }
    await taken('', receipt)
    expect((await listed()).map(({ id }) => id)).toEqual(['d-1'])
  })

  test('a bill is on record from the beginning of its first day, in the zone of the plant', async () => {
    expect(await taken('', bill)).toMatchObject({
      id: 'b-1',
      type: 'bill',
      device: 'office',
      ts: '2026-09-30T16:00:00.000Z',
      status: 'recorded',
      author: 'zhang',
      document: 'invoice 17',
      approved_by: null,
    })
    await taken('', bill)
    expect(await listed()).toHaveLength(1)
  })

  test('a receipt counts, until it is withdrawn with a reason', async () => {
    expect((await taken('', receipt)).status).toBe('counted')
    const withdrawn = await taken('/d-1/withdraw', { by: 'li', reason: 'entered twice' })
    expect(withdrawn).toMatchObject({ status: 'withdrawn', refused: { by: 'li', reason: 'entered twice' } })
    expect(await refused('/d-1/withdraw', { by: 'li', reason: 'again' })).toBe(
      '409 The entry d-1 is withdrawn: it does not count.',
    )
  })

  test('what is missing or wrong is named, with what would be right', async () => {
    expect(await refused('', { ...bill, author: undefined })).toContain('author')
    expect(await refused('', { ...bill, metric: 'elec_import_kw' })).toContain('one of elec_import_kwh, ng_volume_nm3')
    expect(await refused('', { ...bill, to: '2026-10-01' })).toContain('a day after from, 2026-10-01')
    expect(await refused('', { ...receipt, at: '2027-10-03' })).toContain('an instant not after')
    expect(await refused('', { ...receipt, type: 'gift' })).toContain('bill, fuel_used')
    expect(await refused('/nobody/approve', { by: 'li' })).toContain('404 There is no entry nobody in suzhou-1')
  })
})

describe('where the plant asks for four eyes', () => {
  beforeEach(() => {
    sources.rules = { fourEyes: true, tolerancePct: 2 }
  })

  test('an entry waits for somebody else than its author, and then stands with both names', async () => {
    expect((await taken('', receipt)).status).toBe('proposed')
    expect(await refused('/d-1/approve', { by: 'zhang' })).toContain('409 zhang has proposed it')
    const approved = await taken('/d-1/approve', { by: 'li' })
    expect(approved).toMatchObject({ type: 'fuel_used', status: 'counted', author: 'zhang', approved_by: 'li' })
    expect(await listed()).toHaveLength(1)
    expect(sources.eventItems.map(({ type }) => type)).toEqual(['proposal', 'fuel_used'])
  })

  test('a proposal that is rejected never counts, and says who rejected it and why', async () => {
    await taken('', receipt)
    expect(await taken('/d-1/reject', { by: 'li', reason: 'no such slip' })).toMatchObject({
      status: 'rejected',
      refused: { by: 'li', reason: 'no such slip' },
    })
    expect(await refused('/d-1/approve', { by: 'li' })).toContain('is rejected: there is nothing to approve')
  })

  test('a correction names the device whose reading it is', async () => {
    const correction = {
      type: 'correction',
      id: 'c-1',
      device: 'main-1',
      metric: 'elec_import_kwh',
      at: '2026-10-03T08:00:00Z',
      before: 10,
      after: 12,
      author: 'zhang',
      reason: 'digits exchanged',
    }
    await taken('', correction)
    const approved = await taken('/c-1/approve', { by: 'li' })
    expect(approved).toMatchObject({ device: 'main-1', status: 'recorded' })
    expect(approved.fields).toMatchObject({ at: '2026-10-03T08:00:00Z', approved_by: 'li' })
    expect(await refused('', { ...correction, id: 'c-2', device: 'nobody' })).toContain('404 There is no device nobody')
  })
})

describe('a statement that there is no direct source of emissions', () => {
  const statement = {
    ...{
      type: 'period_statement',
      id: 'n-1',
      measure: 'direct_sources',
      amount: 0,
      from: '2026-10-01',
      to: '2026-11-01',
    },
    ...{ author: 'zhang', document: 'survey 3' },
  }
  const day = {
    kpi: 'scope1_co2e',
    window: '1d',
    start: '2026-10-04T16:00:00.000Z',
    end: '2026-10-05T16:00:00.000Z',
  } as const
  const refusal =
    '409 suzhou-1 has figures of direct emissions (scope1_co2e) on these days, the first from 2026-10-04T16:00:00.000Z on: meters or entries say that there is a source.'
  afterEach(() => {
    sources.stored = []
  })

  test('counts, and is 0 and nothing else', async () => {
    expect(await taken('', statement)).toMatchObject({
      status: 'counted',
      document: 'survey 3',
      ts: '2026-09-30T16:00:00.000Z',
    })
    expect(sources.pointQueries.at(-1)).toMatchObject({
      kpi: 'scope1_co2e',
      window: '1d',
      scope: 'plant',
      id: 'suzhou-1',
    })
    expect(await refused('', { ...statement, amount: 2 })).toContain('expected 0, which says that there are none')
    expect(await refused('', { ...statement, currency: 'CNY' })).toContain('currency')
  })

  test('is refused where figures of a source are there', async () => {
    sources.stored = [pointAt(0, day)]
    expect(await refused('', statement)).toBe(refusal)
    expect((await taken('', { ...statement, measure: 'disclosures' })).status).toBe('counted')
  })

  test('is not approved any more when a source has come up', async () => {
    sources.rules = { fourEyes: true, tolerancePct: 2 }
    await taken('', statement)
    sources.stored = [pointAt(0, day)]
    expect(await refused('/n-1/approve', { by: 'li' })).toBe(refusal)
  })
})

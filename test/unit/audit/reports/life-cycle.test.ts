import { existsSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { Outdated } from '../../../../src/audit/reports/outdated.js'
import { NotNow, ReportRequests } from '../../../../src/audit/reports/requests.js'
import { RULES_EDITION } from '../../../../src/kpi/rules-edition.js'
import { BookBench, OCTOBER, OCTOBER_ID } from '../../../support/book.js'

const wish = { request: OCTOBER, by: 'Wang', languages: ['en'] } as const

async function watching(bench: BookBench): Promise<ReportRequests> {
  const requests = new ReportRequests(bench.deps)
  const stopping = new AbortController()
  const watched = new Outdated(bench.deps).run(stopping.signal)
  onTestFinished(async () => {
    stopping.abort()
    await watched
  })
  return requests
}

test('a draft is made anew in its place, and can be deleted', async () => {
  const bench = new BookBench()
  const requests = new ReportRequests(bench.deps)
  await requests.draft(wish)?.ended
  bench.value = '200'
  await requests.draft(wish)?.ended
  const [draft, ...others] = bench.register.versions(OCTOBER_ID)
  expect(others).toEqual([])
  expect(draft).toMatchObject({ version: 1, status: 'draft' })
  requests.remove(draft!)
  expect(bench.register.items()).toEqual([])
  expect(existsSync(bench.register.folders.of(draft!))).toBe(false)
})

test('what is frozen is verified by a person, and never deleted', async () => {
  const bench = new BookBench()
  const requests = new ReportRequests(bench.deps)
  await requests.freeze(wish)?.ended
  const frozen = bench.register.find(OCTOBER_ID)!
  expect(() => requests.remove(frozen)).toThrow(NotNow)
  const verified = await requests.verified(frozen, 'TÜV', 'seen on site')
  expect(verified).toMatchObject({ status: 'verified', verified_by: 'TÜV' })
  await expect(requests.verified(verified, 'TÜV', '')).rejects.toThrow('Version 1 is verified')
  expect(bench.acts.map(({ act }) => act)).toEqual(['frozen', 'verified'])
})

test('a late reading outdates a frozen report: the draft of version 2 says what has changed and why', async () => {
  const bench = new BookBench()
  const requests = await watching(bench)
  await requests.freeze(wish)?.ended
  const told: string[] = []
  bench.register.listen(({ version, status, outdated }) => told.push(`${version} ${status} ${outdated}`))
  bench.late('103')
  await expect.poll(() => bench.register.find(OCTOBER_ID, 1)?.outdated).toBe(true)
  expect(bench.register.find(OCTOBER_ID, 1)).toMatchObject({ status: 'frozen', must_reissue: false })
  const draft = bench.register.find(OCTOBER_ID, 2)!
  expect(draft.status).toBe('draft')
  const { previous } = bench.register.folders.readReport(draft, draft.sha256).report
  expect(previous?.differences).toMatchObject([
    { figure: 'total', before: '100', after: '103', reasons: ['late_data'] },
  ])
  expect(told).toEqual(['2 draft false', '1 frozen true'])
})

test('a change above the threshold has to be issued again', async () => {
  const bench = new BookBench()
  const requests = await watching(bench)
  await requests.freeze(wish)?.ended
  bench.late('106')
  await expect.poll(() => bench.register.find(OCTOBER_ID, 1)?.must_reissue).toBe(true)
})

test('what changes no figure outdates nothing; what is taken back takes the draft with it', async () => {
  const bench = new BookBench()
  const requests = await watching(bench)
  await requests.freeze(wish)?.ended
  bench.late('100')
  await expect.poll(() => bench.register.state({ id: OCTOBER_ID, version: 1 })?.position).toBe(bench.position)
  expect(bench.register.find(OCTOBER_ID, 1)?.outdated).toBe(false)
  bench.late('103')
  await expect.poll(() => bench.register.find(OCTOBER_ID, 2)).not.toBeNull()
  bench.late('100')
  await expect.poll(() => bench.register.find(OCTOBER_ID, 2)).toBeNull()
  await expect.poll(() => bench.register.find(OCTOBER_ID, 1)?.outdated).toBe(false)
})

test('what came while the gateway was down, or was killed before it could look, is looked at after the start', async () => {
  const bench = new BookBench()
  await new ReportRequests(bench.deps).freeze(wish)?.ended
  bench.late('103')
  bench.reopen()
  await watching(bench)
  await expect.poll(() => bench.register.find(OCTOBER_ID, 1)?.outdated).toBe(true)
})

test('newer calculation rules outdate a report that was made by older ones, once, and leave it as it is', async () => {
  const bench = new BookBench()
  bench.edition = 1
  await new ReportRequests(bench.deps).freeze(wish)?.ended
  const frozen = bench.register.find(OCTOBER_ID, 1)!
  bench.edition = RULES_EDITION
  bench.value = '103'
  bench.reopen()
  await watching(bench)
  await expect.poll(() => bench.register.find(OCTOBER_ID, 1)?.outdated).toBe(true)
  expect(bench.register.find(OCTOBER_ID, 1)).toMatchObject({ status: 'frozen', sha256: frozen.sha256 })
  expect(bench.register.find(OCTOBER_ID, 2)?.status).toBe('draft')
  // The next start finds it compared.
  bench.reopen()
  expect(bench.register.state({ id: OCTOBER_ID, version: 1 })?.edition).toBe(RULES_EDITION)
})

test('what comes while the first version is rendered outdates it as well', async () => {
  const bench = new BookBench()
  const requests = await watching(bench)
  bench.whileRendering = () => bench.late('103')
  await requests.freeze(wish)?.ended
  await expect.poll(() => bench.register.find(OCTOBER_ID, 1)?.outdated).toBe(true)
})

test('a report is made again only when its figures are computed', async () => {
  const bench = new BookBench()
  const requests = await watching(bench)
  await requests.freeze(wish)?.ended
  bench.isComputing = true
  bench.late('103')
  const fromMs = bench.clock.ms
  await expect.poll(() => bench.clock.ms - fromMs > 120_000).toBe(true)
  expect(bench.register.find(OCTOBER_ID, 2)).toBeNull()
  bench.isComputing = false
  await expect.poll(() => bench.register.find(OCTOBER_ID, 2)).not.toBeNull()
})

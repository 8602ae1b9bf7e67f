import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finishFrozen } from '../../../../src/audit/reports/freeze.js'
import type { ReportAction, ReportLedger } from '../../../../src/audit/reports/live.js'
import { ReportRequests } from '../../../../src/audit/reports/requests.js'
import { plantsWithoutReadings, type Report, type ReportItem } from '../../../../src/base/report.js'
import { RULES_EDITION } from '../../../../src/kpi/rules-edition.js'
import { BookBench, OCTOBER, OCTOBER_ID } from '../../../support/book.js'

/** Nothing stops what is finished at a start. */
const NEVER = new AbortController().signal

const wish = { request: OCTOBER, by: 'Wang', languages: ['en'] } as const

async function frozen(bench: BookBench): Promise<ReportItem> {
  const job = await new ReportRequests(bench.deps).freeze(wish)?.ended
  expect(job?.detail.en).toBe('it is frozen')
  return bench.register.find(OCTOBER_ID)!
}

function fileOf(bench: BookBench, name: string, version = 1): string {
  return join(bench.register.folders.of({ id: OCTOBER_ID, version }), name)
}

test('a frozen report has its figures, renderings and evidence, and stands in the ledger', async () => {
  const bench = new BookBench()
  const item = await frozen(bench)
  expect(item).toMatchObject({ version: 1, status: 'frozen', frozen_by: 'Wang', outdated: false, has_bundle: false })
  expect(readFileSync(fileOf(bench, 'report/report.en.pdf'), 'utf8')).toBe(`PDF of ${OCTOBER_ID}`)
  expect(existsSync(fileOf(bench, 'evidence/formulas.json'))).toBe(true)
  const [{ files, ...act }] = bench.acts as [ReportAction]
  expect(act).toEqual({ act: 'frozen', report: OCTOBER_ID, version: 1, sha256: item.sha256, by: 'Wang', days: [2] })
  expect(files).toEqual({
    'evidence/formulas.json': expect.stringMatching(/^[0-9a-f]{64}$/),
    'report/report.en.pdf': hash('sha256', `PDF of ${OCTOBER_ID}`, 'hex'),
    'report/report.json': item.sha256,
  })
})

test('a plant of which nothing was received is named when its report is frozen, and it is frozen', async () => {
  const bench = new BookBench()
  const job = await new ReportRequests(bench.deps).freeze(wish)?.ended
  expect(job).toMatchObject({ state: 'done', findings: [{ ok: false, code: 'no_readings', subject: 'p' }] })
  const received = (value: string) =>
    ({ 'p/stream/main/elec_import_kwh/received': { value } }) as unknown as Report['figures']
  const plants = [{ id: 'p' }] as unknown as Report['plants']
  expect(plantsWithoutReadings({ plants, figures: received('0') })).toEqual(['p'])
  expect(plantsWithoutReadings({ plants, figures: received('1') })).toEqual([])
})

test('the readings that it rests on stay when the record lets go of them', async () => {
  const bench = new BookBench()
  await frozen(bench)
  const kept = fileOf(bench, `archive/${bench.files[0]!.name}`)
  expect(statSync(kept).nlink).toBe(2)
  rmSync(join(bench.dir, 'archive'), { recursive: true })
  expect(readFileSync(kept, 'utf8')).toBe('readings')
})

test('of readings the days around the period are kept, of events all, of other kinds none', async () => {
  const bench = new BookBench()
  bench.files = [
    bench.dayFile('reading', '2026-09-29', 1, 'before'),
    bench.dayFile('reading', '2026-09-30', 1, 'lead-in'),
    bench.dayFile('reading', '2026-11-01', 1, 'a day after'),
    bench.dayFile('reading', '2026-11-02', 1, 'later'),
    bench.dayFile('event', '2025-01-01', 1, 'an order'),
    bench.dayFile('act', '2026-10-15', 1, 'an alarm'),
  ]
  await frozen(bench)
  const { files } = bench.register.folders.readSnapshot({ id: OCTOBER_ID, version: 1 })
  expect(files.map(({ sha256 }) => sha256)).toEqual(['lead-in', 'a day after', 'an order'])
})

test('a period that is not over cannot be frozen, and no trace is left', async () => {
  const bench = new BookBench()
  bench.nowMs = Date.parse('2026-10-31T23:59:59Z')
  const job = await new ReportRequests(bench.deps).freeze(wish)?.ended
  expect(job).toMatchObject({ state: 'failed' })
  expect(job?.detail.en).toBe('the period is not over before 2026-11-01T00:00:00.000Z in p; a draft can be made before')
  expect(bench.register.items()).toEqual([])
  expect(bench.failures).toEqual([])
})

test('a reading that comes while the report is built is in it', async () => {
  const bench = new BookBench()
  let builds = 0
  bench.whileBuilding = () => {
    if (++builds === 1) bench.late('101')
  }
  const item = await frozen(bench)
  expect(builds).toBe(2)
  expect(bench.register.folders.readReport(item, item.sha256).report.figures.total?.value).toBe('101')
})

test('where something comes all the time, live data wait at the last try', async () => {
  const bench = new BookBench()
  let settled = 0
  const { whenSettled } = bench.live
  const live = {
    ...bench.live,
    whenSettled: <T>(work: Parameters<typeof whenSettled<T>>[0]) => {
      settled++
      return whenSettled(work)
    },
  }
  let builds = 0
  bench.whileBuilding = () => {
    if (++builds < 3) bench.late(`10${builds}`)
  }
  const job = await new ReportRequests({ ...bench.deps, live }).freeze(wish)?.ended
  expect(job?.state).toBe('done')
  expect([settled, builds]).toEqual([3, 3])
})

test('a version that nothing has changed since is not frozen again', async () => {
  const bench = new BookBench()
  await frozen(bench)
  const job = await new ReportRequests(bench.deps).freeze(wish)?.ended
  expect(job?.detail.en).toBe('nothing has changed since version 1')
  expect(bench.register.versions(OCTOBER_ID)).toHaveLength(1)
})

test('the next version supersedes the one before, whose files do not change', async () => {
  const bench = new BookBench()
  await frozen(bench)
  const before = readFileSync(fileOf(bench, 'report/report.json'))
  bench.late('110')
  await frozen(bench)
  expect(bench.register.versions(OCTOBER_ID).map(({ version, status }) => [version, status])).toEqual([
    [2, 'frozen'],
    [1, 'superseded'],
  ])
  expect(readFileSync(fileOf(bench, 'report/report.json'))).toEqual(before)
  expect(bench.acts.map(({ act, version }) => `${act} ${version}`)).toEqual(['frozen 1', 'frozen 2', 'superseded 1'])
})

test('a kill before the end leaves nothing', async () => {
  const bench = new BookBench()
  bench.whileRendering = () => new Promise(() => undefined)
  void new ReportRequests(bench.deps).freeze(wish)
  await expect.poll(() => existsSync(`${fileOf(bench, '')}.unfinished/report/report.json`)).toBe(true)
  bench.reopen()
  expect(bench.register.items()).toEqual([])
  expect(existsSync(`${fileOf(bench, '')}.unfinished`)).toBe(false)
})

test('a kill between the version and its entry in the ledger is made up for at the next start', async () => {
  const bench = new BookBench()
  await frozen(bench)
  const [act] = bench.acts.splice(0)
  bench.reopen()
  await finishFrozen(bench.deps, NEVER)
  expect(bench.acts).toEqual([act])
  await finishFrozen(bench.deps, NEVER)
  expect(bench.acts).toHaveLength(1)
})

test('behind a ledger that was begun anew a frozen report rests on the entries of that one, and on none where it has no such files', async () => {
  const bench = new BookBench()
  await frozen(bench)
  expect(bench.acts.splice(0)).toMatchObject([{ days: [2] }])
  let isCaughtUp = false
  const anew = (entries: readonly number[] | null): ReportLedger => ({
    ...bench.ledger,
    entriesOf: () => (isCaughtUp ? entries : null),
    catchUp: async () => {
      isCaughtUp = true
    },
  })
  for (const [entries, days] of [
    [[7], [7]],
    [null, []],
  ] as const) {
    isCaughtUp = false
    bench.reopen()
    await finishFrozen({ ...bench.deps, ledger: anew(entries) }, NEVER)
    expect(bench.acts.splice(0)).toMatchObject([{ act: 'frozen', report: OCTOBER_ID, version: 1, days }])
  }
})

test('a state that cannot be read is told with its path, and the others are there', async () => {
  const bench = new BookBench()
  await frozen(bench)
  mkdirSync(join(bench.dir, 'reports', 'x', 'v1'), { recursive: true })
  writeFileSync(join(bench.dir, 'reports', 'x', 'v1', 'state.json'), '{')
  bench.reopen()
  expect(bench.register.items()).toHaveLength(1)
  expect(bench.register.problems).toEqual([expect.stringMatching(/x\/v1\/state\.json cannot be read .*backup$/)])
})

test('a bundle whose signature alone is there after a kill is made again', async () => {
  const bench = new BookBench()
  const item = await frozen(bench)
  writeFileSync(fileOf(bench, 'bundle.zip.sig'), 'signed')
  expect(bench.register.find(OCTOBER_ID)?.has_bundle).toBe(false)
  await new ReportRequests(bench.deps).bundle(item)?.ended
  expect(existsSync(fileOf(bench, 'bundle.zip'))).toBe(true)
  expect(bench.register.find(OCTOBER_ID)?.has_bundle).toBe(true)
})

test('a frozen version whose state cannot be read is not replaced', async () => {
  const bench = new BookBench()
  await frozen(bench)
  writeFileSync(fileOf(bench, 'state.json'), '{')
  bench.reopen()
  const requests = new ReportRequests(bench.deps)
  for (const job of [requests.freeze(wish), requests.draft(wish)]) {
    expect((await job?.ended)?.detail.en).toMatch(/^it failed: .*v1 is no draft that could be replaced/)
  }
  expect(readFileSync(fileOf(bench, 'report/report.en.pdf'), 'utf8')).toBe(`PDF of ${OCTOBER_ID}`)
})

test('a draft that is deleted in the instant of the freeze takes nothing of it along', async () => {
  const bench = new BookBench()
  const requests = new ReportRequests(bench.deps)
  await requests.draft(wish)?.ended
  const draft = bench.register.find(OCTOBER_ID)!
  const job = requests.freeze(wish)
  while (bench.acts.length === 0) {
    const isNamed = existsSync(fileOf(bench, 'snapshot.json'))
    if (isNamed && bench.register.find(OCTOBER_ID)?.status === 'draft') requests.remove(draft)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await job?.ended
  expect(existsSync(fileOf(bench, 'snapshot.json'))).toBe(true)
})

test('no newer day gets into the ledger between the days that a report rests on and its freeze', async () => {
  const bench = new BookBench()
  const held: number[] = []
  bench.whileRendering = () => void held.push(bench.holds)
  const { append } = bench.ledger
  const ledger = {
    ...bench.ledger,
    append: async (act: Parameters<typeof append>[0]) => {
      held.push(bench.holds)
      await append(act)
    },
  }
  await new ReportRequests({ ...bench.deps, ledger }).freeze(wish)?.ended
  expect(held).toEqual([1, 1])
  expect(bench.holds).toBe(0)
})

test('where files outlive their machine, a report that is not there yet is frozen, and not given out as such', async () => {
  const bench = new BookBench()
  const kept = async () => Promise.reject(new Error('no lease'))
  const job = await new ReportRequests({ ...bench.deps, kept }).freeze(wish)?.ended
  expect(job).toMatchObject({ state: 'failed' })
  expect(job?.detail.en).toContain('version 1 is frozen, but only on this machine so far')
  expect(bench.register.find(OCTOBER_ID)).toMatchObject({ version: 1, status: 'frozen' })
  expect(bench.failures).toEqual([])
})

const SEPTEMBER = { ...OCTOBER, from: '2026-09-01', to: '2026-10-01' } as const
const SEPTEMBER_ID = 'p.ghg.2026-09-01.2026-10-01'

async function freezeSeptember(bench: BookBench): Promise<void> {
  bench.nowMs = Date.parse('2026-11-02T00:00:00Z')
  const job = await new ReportRequests(bench.deps).freeze({ ...wish, request: SEPTEMBER })?.ended
  expect(job?.detail.en).toBe('it is frozen')
}

function documentOf(bench: BookBench, version = 1) {
  return JSON.parse(readFileSync(fileOf(bench, 'report/report.json', version), 'utf8')) as Report
}

test('a report is compared with the last frozen one of the month before, and keeps that as it was frozen', async () => {
  const bench = new BookBench()
  await freezeSeptember(bench)
  bench.value = '101'
  await freezeSeptember(bench)
  const september = bench.register.find(SEPTEMBER_ID)!
  await frozen(bench)
  const said = documentOf(bench).period_before
  expect(said).toMatchObject({ id: SEPTEMBER_ID, period: { from: '2026-09-01', to: '2026-10-01' }, reason: '' })
  expect(said?.report).toMatchObject({ version: 2, rules: RULES_EDITION, sha256: september.sha256, entry: 'hash' })
  const kept = readFileSync(fileOf(bench, 'evidence/period-before.json'))
  expect(hash('sha256', kept, 'hex')).toBe(september.sha256)
  const act = bench.acts.findLast((one) => one.report === OCTOBER_ID && one.act === 'frozen')
  expect(act?.files?.['evidence/period-before.json']).toBe(september.sha256)
})

test('a report is compared with nothing that was not frozen, and a draft made again says the same', async () => {
  const bench = new BookBench()
  const requests = new ReportRequests(bench.deps)
  await requests.draft({ ...wish, request: SEPTEMBER })?.ended
  await requests.draft(wish)?.ended
  const first = bench.register.find(OCTOBER_ID)!
  expect(documentOf(bench).period_before).toMatchObject({ id: SEPTEMBER_ID, report: null, reason: 'not_frozen' })
  await requests.draft(wish)?.ended
  expect(bench.register.find(OCTOBER_ID)?.sha256).toBe(first.sha256)
  await freezeSeptember(bench)
  await requests.draft(wish)?.ended
  expect(documentOf(bench).period_before?.report?.version).toBe(1)
})

test('a version with nothing new but the comparison can be frozen, once', async () => {
  const bench = new BookBench()
  await frozen(bench)
  await freezeSeptember(bench)
  const requests = new ReportRequests(bench.deps)
  expect((await requests.freeze(wish)?.ended)?.detail.en).toBe('it is frozen')
  expect(documentOf(bench, 1).period_before?.report).toBe(null)
  expect(documentOf(bench, 2).period_before?.report?.version).toBe(1)
  expect((await requests.freeze(wish)?.ended)?.detail.en).toBe('nothing has changed since version 2')
})

test('a damaged report of the month before is said, and is no reason to make none', async () => {
  const bench = new BookBench()
  await freezeSeptember(bench)
  const path = join(bench.register.folders.of({ id: SEPTEMBER_ID, version: 1 }), 'report', 'report.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('100', '999'))
  await frozen(bench)
  expect(documentOf(bench).period_before).toMatchObject({ report: null, reason: 'unreadable' })
  expect(existsSync(fileOf(bench, 'evidence/period-before.json'))).toBe(false)
  // A version whose state cannot be read is in the ledger alone.
  writeFileSync(join(bench.register.folders.of({ id: SEPTEMBER_ID, version: 1 }), 'state.json'), '{')
  bench.reopen()
  await new ReportRequests(bench.deps).draft(wish)?.ended
  expect(documentOf(bench, 2).period_before).toMatchObject({ report: null, reason: 'unreadable' })
})

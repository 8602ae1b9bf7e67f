import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { reportsOptions, type ScheduleOptions } from '../../../../src/audit/reports/options.js'
import type { ReportItem } from '../../../../src/base/report.js'
import { notifyOptions } from '../../../../src/notify/options.js'
import type { DocumentSources } from '../../../../src/pipeline/scheduled/document-files.js'
import { ScheduledDocuments } from '../../../../src/pipeline/scheduled/scheduled-documents.js'
import { PassingClock } from '../../../support/book.js'
import { freePort } from '../../../support/gateway.js'
import { MailServer } from '../../../support/mail-server.js'

/** Proves that what a schedule makes goes out once, to folder and mail, whatever is away meanwhile, and that a person is asked where one signs. */

const PASSWORD = 'a-password-5f4e3d2c'
const PERIOD = { from: '2026-10-01', to: '2026-11-01' }
const REPORT = { id: 'works.ghg.2026-10-01.2026-11-01', version: 1 }

let dir: string
let server: MailServer
let port: number
let item: ReportItem | null
let bundles: number
let said: string[]
let clock: PassingClock

function scheduleOf(more: object): ScheduleOptions {
  const { schedules } = reportsOptions.parse({ schedules: [{ plants: ['works'], cron: '0 6 3 * *', ...more }] })
  return schedules[0]!
}

function draft(more: Partial<ReportItem> = {}): ReportItem {
  return { ...REPORT, plants: ['works'], status: 'draft', has_bundle: false, frozen_by: null, ...more } as ReportItem
}

const sources = {
  report: (_: string, version: number) => (item === null ? null : { ...item, version }),
  reportFile: async (_: ReportItem, { format, language }: { format: string; language: string }) => ({
    bytes: Buffer.from(`${item?.status} ${format} ${language}`),
  }),
  submitAudit: () => {
    bundles++
    return { id: 'job', state: 'running' }
  },
  auditJob: () => ({ id: 'job', state: 'running' }),
  catalogue: [],
  plants: () => [],
} as unknown as DocumentSources

function documents(schedule: ScheduleOptions): ScheduledDocuments {
  const channel = {
    id: 'office',
    type: 'mail',
    host: '127.0.0.1',
    port,
    starttls: 'off',
    username: 'gauge',
    password: PASSWORD,
  }
  const notify = notifyOptions.parse({
    public_url: 'https://gauge.example.com/',
    channels: [{ ...channel, from: 'Gauge <gauge@example.com>', to: ['energy@example.com'] }],
  })
  return new ScheduledDocuments(
    {
      ...{ clock, dataDir: dir, dir, languages: ['en', 'zh'], notify: () => notify, isOwner: () => true },
      log: (_, text) => said.push(text),
    },
    [schedule],
  )
}

/** Runs until something holds. */
async function runs(all: ScheduledDocuments, holds: () => boolean): Promise<void> {
  const stopping = new AbortController()
  const ended = all.run(stopping.signal, sources)
  await expect.poll(holds).toBe(true)
  stopping.abort()
  await ended
}

const made = (dueMs = 1) => ({ period: PERIOD, dueMs, report: REPORT })
const waiting = () => {
  const orders = JSON.parse(readFileSync(join(dir, 'scheduled-documents.json'), 'utf8')) as { stage: string }[]
  return orders.filter(({ stage }) => stage !== 'done')
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-documents-'))
  server = await MailServer.start('gauge', PASSWORD)
  port = server.port
  ;[item, bundles, said, clock] = [draft(), 0, [], new PassingClock()]
})
afterEach(async () => {
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

test('files go to the folder and by mail, each once, and a start does not send them again', async () => {
  const schedule = scheduleOf({
    formats: ['pdf', 'json'],
    folder: 'out',
    mail: { channel: 'office', to: ['boss@example.com'] },
  })
  const all = documents(schedule)
  await all.take(schedule, made())
  await runs(all, () => waiting().length === 0)
  const stem = `${REPORT.id}.v1.draft`
  expect(readdirSync(join(dir, 'out')).sort()).toEqual([`${stem}.en.pdf`, `${stem}.json`, `${stem}.zh.pdf`])
  expect(readFileSync(join(dir, 'out', `${stem}.zh.pdf`), 'utf8')).toBe('draft pdf zh')
  expect(server.mails).toHaveLength(1)
  expect(server.mails[0]).toMatchObject({ from: 'gauge@example.com', to: ['boss@example.com'] })
  expect(server.mails[0]!.headers.get('subject')).toBe('ghg: works, 2026-10-01 – 2026-10-31 (draft)')
  expect(server.mails[0]!.text).toContain(`filename=${stem}.zh.pdf`)
  // A kill before the run was noted hands it in a second time.
  const again = documents(schedule)
  await again.take(schedule, made())
  expect(waiting()).toEqual([])
  await again.take(schedule, made(2))
  expect(waiting()).toHaveLength(1)
  expect(said).toEqual([])
})

test('what cannot go out is said without a secret, waits over a start, and goes out when it can', async () => {
  const schedule = scheduleOf({ folder: 'out', mail: { channel: 'office' } })
  port = await freePort()
  const all = documents(schedule)
  await all.take(schedule, made())
  await runs(all, () => all.troubles.length === 1)
  expect(all.troubles[0]).toMatch(/^documents of schedule ghg do not go out, it is tried again: /)
  expect(all.troubles.join()).not.toContain(PASSWORD)
  expect(said).toHaveLength(1)
  expect(readdirSync(join(dir, 'out'))).toHaveLength(2)
  rmSync(join(dir, 'out'), { recursive: true })
  port = server.port
  const restarted = documents(schedule)
  await runs(restarted, () => waiting().length === 0)
  expect(server.mails).toHaveLength(1)
  // They were in the folder already, and whoever has taken them out does not find them again.
  expect(readdirSync(dir)).not.toContain('out')
  expect(restarted.troubles).toEqual([])
})

test('who signs is asked by mail, and files go out when somebody has frozen it', async () => {
  const schedule = scheduleOf({
    id: 'monthly',
    formats: ['pdf', 'zip'],
    folder: 'out',
    mail: { channel: 'office' },
    approver: 'Zhang Min',
  })
  const all = documents(schedule)
  await all.take(schedule, made())
  await runs(all, () => waiting()[0]?.stage === 'asked')
  expect(server.mails).toHaveLength(1)
  expect(server.mails[0]!.headers.get('subject')).toBe('To be frozen: monthly: works, 2026-10-01 – 2026-10-31')
  expect(server.mails[0]!.text.replaceAll('=\r\n', '')).toContain(`https://gauge.example.com/#/reports/${REPORT.id}/v1`)
  expect(readdirSync(dir)).not.toContain('out')
  // It is frozen; its evidence is still being made.
  item = draft({ status: 'frozen', frozen_by: 'Li Lei' })
  const later = documents(schedule)
  await runs(later, () => bundles > 0)
  expect(server.mails).toHaveLength(1)
  expect(bundles).toBe(1)
  item = draft({ status: 'frozen', frozen_by: 'Li Lei', has_bundle: true })
  await runs(later, () => waiting().length === 0)
  expect(server.mails).toHaveLength(2)
  expect(server.mails[1]!.headers.get('subject')).toContain('(frozen report)')
  expect(server.mails[1]!.headers.get('message-id')).not.toBe(server.mails[0]!.headers.get('message-id'))
  expect(readdirSync(join(dir, 'out')).sort()).toEqual(
    ['en.pdf', 'zh.pdf', 'zip', 'zip.sig'].map((ending) => `${REPORT.id}.v1.${ending}`),
  )
})

test('the next run takes the place of one that nobody has signed, and says so', async () => {
  const schedule = scheduleOf({ mail: { channel: 'office' }, approver: 'Zhang Min' })
  const all = documents(schedule)
  await all.take(schedule, made(1))
  await runs(all, () => waiting()[0]?.stage === 'asked')
  await all.take(schedule, made(1))
  expect(said).toEqual([])
  await all.take(schedule, made(2))
  expect(said).toEqual(['documents of ghg of 2026-10-01 to 2026-11-01 (day after) are given up: nobody has frozen it'])
  expect(waiting()).toHaveLength(1)
})

test('what a mended setting was in the way of goes out by the new one, over a start too', async () => {
  writeFileSync(join(dir, 'taken'), 'a file')
  const schedule = scheduleOf({ folder: 'taken' })
  const all = documents(schedule)
  await all.take(schedule, made())
  await runs(all, () => all.troubles.length === 1)
  const other = scheduleOf({ folder: 'out', cron: '0 7 3 * *' })
  all.configure([other])
  expect(all.troubles).toEqual([])
  await runs(all, () => waiting().length === 0)
  expect(readdirSync(join(dir, 'out'))).toHaveLength(2)
  const moved = documents(scheduleOf({ folder: 'elsewhere' }))
  await moved.take(other, made(2))
  await runs(moved, () => waiting().length === 0)
  expect(readdirSync(join(dir, 'elsewhere'))).toHaveLength(2)
})

test('a draft that somebody was to sign goes out when nobody has to any more, and another person is asked', async () => {
  const ways = { mail: { channel: 'office' }, folder: 'out' }
  const schedule = scheduleOf({ ...ways, approver: 'Zhang Min' })
  const all = documents(schedule)
  await all.take(schedule, made())
  await runs(all, () => waiting()[0]?.stage === 'asked')
  all.configure([scheduleOf({ ...ways, approver: 'Li Lei' })])
  await runs(all, () => server.mails.length === 2 && waiting()[0]?.stage === 'asked')
  expect(server.mails[1]!.text.replaceAll('=\r\n', '')).toContain('Li Lei, the draft')
  expect(readdirSync(dir)).not.toContain('out')
  all.configure([scheduleOf(ways)])
  await runs(all, () => waiting().length === 0)
  expect(readdirSync(join(dir, 'out'))).toHaveLength(2)
})

test('evidence of two reports is handed in once each, while both are being made', async () => {
  const both = [
    scheduleOf({ folder: 'one', formats: ['zip'], freeze: true }),
    scheduleOf({ id: 'b', folder: 'two', formats: ['zip'], freeze: true }),
  ]
  const all = documents(both[0]!)
  all.configure(both)
  item = draft({ status: 'frozen', frozen_by: 'schedule' })
  for (const [version, one] of both.entries()) await all.take(one, { ...made(), report: { ...REPORT, version } })
  const untilMs = clock.ms + 60_000
  await runs(all, () => clock.ms > untilMs)
  expect(bundles).toBe(2)
})

describe('a folder that takes nothing', () => {
  test('is told of, and mail waits for it', async () => {
    const schedule = scheduleOf({ folder: 'taken', mail: { channel: 'office' } })
    writeFileSync(join(dir, 'taken'), 'a file')
    const all = documents(schedule)
    await all.take(schedule, made())
    await runs(all, () => all.troubles.length === 1)
    expect(all.troubles[0]).toContain('EEXIST')
    expect(server.mails).toEqual([])
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { joinedVersions } from '../../../src/archive/move/config-history.js'
import { FinishedFiles } from '../../../src/archive/move/finished.js'
import { writeDurably } from '../../../src/program/durable-file.js'

const dir = mkdtempSync(join(tmpdir(), 'greengauge-move-'))
afterAll(() => rmSync(dir, { recursive: true }))

const content = (zone: string, ...ids: string[]) =>
  JSON.stringify({ log: {}, plants: ids.map((id) => ({ id, timezone: zone })) })
const plantsOf = (text: string) =>
  (JSON.parse(text) as { plants: { id: string; timezone: string }[] }).plants.map((p) => `${p.id} ${p.timezone}`)

test('of two histories of configurations each plant keeps its own, and the first holds before it', () => {
  const versions = joinedVersions([
    {
      versions: [10, 30].map((fromMs) => ({ fromMs, content: content(`E${fromMs}`, 'e', 'x') })),
      counts: (id) => id === 'e',
    },
    { versions: [20, 40].map((fromMs) => ({ fromMs, content: content(`W${fromMs}`, 'w') })), counts: () => true },
  ])
  expect(versions.map(({ fromMs, content }) => [fromMs, plantsOf(content)])).toEqual([
    [10, ['e E10', 'w W20']],
    [30, ['e E30', 'w W20']],
    [40, ['e E30', 'w W40']],
  ])
})

test('a plant that two records name is once in each version', () => {
  const all = () => true
  const versions = joinedVersions([
    { versions: [{ fromMs: 1, content: content('UTC', 'e', 'w') }], counts: all },
    { versions: [{ fromMs: 2, content: content('CST', 'e', 'w') }], counts: all },
  ])
  expect(versions.map(({ content }) => plantsOf(content))).toEqual([['e UTC', 'w UTC']])
})

test('versions that differ in the plants of others alone are one', () => {
  const versions = joinedVersions([
    {
      versions: [content('UTC', 'e'), content('UTC', 'e', 'f')].map((c, i) => ({ fromMs: i, content: c })),
      counts: (id) => id === 'e',
    },
  ])
  expect(versions.map(({ fromMs }) => fromMs)).toEqual([0])
})

test('an interrupted move goes on behind the files it has written; another one makes its own', async () => {
  const write = async (text: string) => {
    await writeDurably(dir, 'a.parquet', text)
    return { name: 'a.parquet', bytes: text.length, sha256: '', rows: 1 }
  }
  const begun = new FinishedFiles(dir, 'one')
  await begun.file('a.parquet', () => write('first'))
  const never = () => Promise.reject(new Error('it is there already'))
  expect(await new FinishedFiles(dir, 'one').file('a.parquet', never)).toMatchObject({ bytes: 5 })
  const other = new FinishedFiles(dir, 'two')
  expect(await other.file('a.parquet', () => write('second'))).toMatchObject({ bytes: 6 })
})

// @module-tag slow

import { appendFileSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkData } from '../../../../src/audit/ledger/check-data.js'
import { MerkleTree } from '../../../../src/audit/ledger/merkle.js'
import { plantHashes } from '../../../../src/audit/ledger/sealing.js'
import { vouchingEntriesOf } from '../../../../src/audit/ledger/states.js'
import { ReadingBlock } from '../../../../src/base/reading-block.js'
import { DAY_MS } from '../../archive/record/recorded.js'
import { kwh, SealedData, smallData, TODAY, TS } from './sealed-data.js'

let data: SealedData
beforeEach(async () => {
  data = await SealedData.begin()
})
afterEach(() => data.end())

const manifest = () => data.recorded.record.manifest

test('a day that is over becomes one entry with its files and the root over its rows', async () => {
  await data.archived([kwh(TS, 1.5), kwh(TS + 1, 2, { device: 'a', seq: 3, quality: 1 })])
  await data.sealing.catchUp()
  const tree = new MerkleTree()
  tree.add('l,a,energy,elec_import_kwh,kWh,2026-10-01T06:00:00.001Z,2,,manual,3,2026-10-01T06:00:00.001Z,false')
  tree.add('l,m1,energy,elec_import_kwh,kWh,2026-10-01T06:00:00.000Z,1.5,,good,,2026-10-01T06:00:00.000Z,false')
  const [file] = manifest().days
  expect(data.said('day')).toEqual([
    {
      kind: 'day',
      rows_of: 'reading',
      plant: 'p',
      day: '2026-10-01',
      generation: 1,
      files: [{ name: file!.name, bytes: file!.bytes, sha256: file!.sha256 }],
      rows: 2,
      root: tree.root(),
    },
  ])
  expect(data.sealing.isSealed(file!)).toBe(true)
  expect(vouchingEntriesOf(data.index, manifest().days)).toEqual([data.entries.at(-1)!.number])
})

test('what is in the ledger is not put there again, also after a start', async () => {
  await data.archived([kwh(TS, 1)])
  await data.sealing.catchUp()
  const { number } = data.ledger.last!
  await data.sealing.catchUp()
  await data.start()
  await data.sealing.catchUp()
  expect(data.ledger.last!.number).toBe(number)
})

test('a late reading makes an entry of the same day with both files, and a root over the winners of both', async () => {
  await data.archived([kwh(TS, 1), kwh(TS + 1, 2)])
  await data.sealing.catchUp()
  await data.archived([kwh(TS + 1, 9), kwh(TS + 2, 3)])
  expect(
    vouchingEntriesOf(
      data.index,
      manifest().days.filter(({ kind }) => kind === 'reading'),
    ),
  ).toBeNull()
  await data.sealing.catchUp()
  const [first, second] = data.said('day').filter(({ rows_of }) => rows_of === 'reading')
  expect(second).toMatchObject({ generation: 2, rows: 3, files: [first!.files[0], expect.anything()] })
  const tree = new MerkleTree()
  for (const [ms, value] of [
    [0, 1],
    [1, 9],
    [2, 3],
  ] as const) {
    const ts = new Date(TS + ms).toISOString()
    tree.add(`l,m1,energy,elec_import_kwh,kWh,${ts},${value},,good,,${ts},false`)
  }
  expect(second!.root).toBe(tree.root())
  expect(await data.faults(true)).toEqual([])
})

test('a configuration, other tables and what people say are entries, each once', async () => {
  data.configure({ plants: [{ id: 'p', b: 1, a: 2 }, { id: 'q' }] })
  await data.sealing.catchUp()
  data.configure({ plants: [{ a: 2, b: 1, id: 'p' }] })
  const fields = {
    metric: 'elec_import_kwh',
    at: '2026-10-01T06:00:00Z',
    before: 1,
    after: 2,
    author: 'Li',
    reason: 'x',
  }
  const event = { plant: 'p', line: 'l', device: 'm1', ts: TS, receivedAt: TS, fields }
  await data.recorded.bench.commit(
    [],
    [
      { ...event, id: 'a', type: 'correction' },
      { ...event, id: 'b', type: 'fuel_used' },
      { ...event, id: 'c', type: 'fuel_used', fields: { fuel: 'diesel', amount: 1 } },
    ],
  )
  await data.start()
  await data.sealing.catchUp()
  await data.sealing.catchUp()
  const [first, second] = data.said('configuration')
  expect(data.said('configuration')).toHaveLength(2)
  expect(first!.plants.p).toBe(second!.plants.p)
  expect(plantHashes(data.configurations[0]!.content)).toEqual(first!.plants)
  expect(data.said('factors')).toEqual([{ kind: 'factors', ...data.factors }])
  expect(data.said('statement').map(({ said }) => said.id)).toEqual(['a', 'b'])
  expect(data.said('statement')[0]).toMatchObject({ plant: 'p', said: { ts: '2026-10-01T06:00:00.000Z', fields } })
})

test('a statement is sealed although one before it was archived under the place where its record begins', async () => {
  const { archive } = data.recorded.bench
  const fields = { metric: 'elec_import_kwh', before: 1, after: 2, author: 'Li', reason: 'x' }
  const said = (id: string) => ({
    event: { plant: 'p', line: 'l', device: 'm1', id, type: 'correction', ts: TS, receivedAt: TS, fields },
    position: 500,
  })
  const readings = new ReadingBlock()
  // The first comes out of the quarantine, at rest; the other with the next record of the journal.
  for (const id of ['a', 'b']) {
    await archive.commit({ readings, events: [said(id)], progress: () => ({ position: 500 }) })
    await data.sealing.catchUp()
  }
  expect(data.said('statement').map(({ said: { id } }) => id)).toEqual(['a', 'b'])
})

test('the database is asked for statements once, and again only when an event has been archived', async () => {
  let events = 0
  data.eventsArchived = () => events
  await data.start()
  data.questions = 0
  for (let pass = 0; pass < 3; pass++) await data.sealing.catchUp()
  expect(data.questions).toBe(1)
  events++
  for (let pass = 0; pass < 3; pass++) await data.sealing.catchUp()
  expect(data.questions).toBe(2)
})

test('closed segments of the journal are sealed, the open one is not; what is trimmed is said before it is gone', async () => {
  data.journal(3)
  await data.sealing.catchUp()
  expect(data.said('segment').map(({ segment }) => segment)).toEqual([1, 2])
  const gone: number[] = []
  await data.sealing.letGoOfSegments(2, () => gone.push(data.said('trimmed').length))
  expect(gone).toEqual([1])
  rmSync(join(data.dir, 'journal', '00000001.journal'))
  expect(await data.faults()).toEqual([])
  rmSync(join(data.dir, 'journal', '00000002.journal'))
  expect(await data.faults()).toEqual(['journal/00000002.journal is missing'])
})

test('a segment that is let go of while its entry is being written is missed by nobody', async () => {
  data.journal(3)
  const sealed = data.ledger.append([{ kind: 'segment', segment: 1, bytes: 1, sha256: 'aa'.repeat(32) }])
  await data.sealing.letGoOfSegments(2, () => rmSync(join(data.dir, 'journal', '00000001.journal')))
  await sealed
  expect(await data.faults()).toEqual([])
})

test('a ledger in trouble does not keep the journal; days it keeps', async () => {
  data.journal(3)
  await data.sealing.catchUp()
  rmSync(join(data.dir, 'ledger', 'key.pem'))
  await data.start()
  let isTrimmed = false
  await data.sealing.letGoOfSegments(2, () => {
    isTrimmed = true
  })
  expect(isTrimmed).toBe(true)
  await expect(data.sealing.catchUp()).rejects.toThrow('key.pem is missing')
  await data.sealing.letGoOfDays('p', TODAY, () => expect.unreachable('a day goes that nothing is said of'))
})

test('days that retention let go of are said, and missed by nobody', async () => {
  await data.archived([kwh(TS, 1), kwh(TS + DAY_MS, 2)])
  await data.sealing.catchUp()
  await data.recorded.record.expire({ readings: 1, keptFrom: { p: TODAY + 1 } })
  await data.sealing.catchUp()
  expect(data.said('expired')).toEqual([{ kind: 'expired', plant: 'p', before: '2026-10-02' }])
  expect(await data.faults(true)).toEqual([])
})

test('days are let go of in the ledger first: a kill behind that accuses nobody, and the next start lets go of them again', async () => {
  await data.archived([kwh(TS, 1), kwh(TS + DAY_MS, 2)])
  await data.sealing.catchUp()
  const killed = data.sealing.letGoOfDays('p', TODAY + 1, async () => {
    // Days that are being let go of are not sealed again.
    await data.sealing.catchUp()
    throw new Error('killed')
  })
  await expect(killed).rejects.toThrow('killed')
  expect(data.entries.at(-1)!.body).toEqual({ kind: 'expired', plant: 'p', before: '2026-10-02' })
  expect(await data.faults(true)).toEqual([])
  await data.start()
  await data.sealing.catchUp()
  expect(data.sealing.isSealed(manifest().days[0]!)).toBe(true)
  expect(await data.faults(true)).toEqual([])
  const { record } = data.recorded
  await data.sealing.letGoOfDays('p', TODAY + 1, () => record.expire({ readings: 1, keptFrom: { p: TODAY + 1 } }))
  expect(await data.faults(true)).toEqual([])
  await data.sealing.catchUp()
  expect(data.said('expired')).toHaveLength(2)
  expect(manifest().days).toHaveLength(1)
})

test('a file is merged into another only when it is sealed', async () => {
  for (let late = 0; late < 10; late++) await lateFile(late)
  await data.sealing.catchUp()
  expect(manifest().days).toHaveLength(10)
  await data.recorded.record.compact(data.recorded.bench.database, TODAY + 10, () => true, data.sealing.isSealed)
  expect(manifest().days).toHaveLength(1)
  await data.sealing.catchUp()
  expect(data.said('day').at(-1)).toMatchObject({
    rows: 10,
    files: [manifest().days[0]!].map(({ name }) => ({ name })),
  })
  expect(await data.faults(true)).toEqual([])

  async function lateFile(late: number): Promise<void> {
    await data.recorded.bench.commit([kwh(TS + late, late)])
    await data.recorded.cut()
    const { record, bench } = data.recorded
    while (await record.compact(bench.database, TODAY + 10, () => true, data.sealing.isSealed));
  }
})

test('a file that was written anew with other rows under its old name is not sealed again', async () => {
  await data.archived([kwh(TS, 1)])
  await data.sealing.catchUp()
  const { number } = data.ledger.last!
  const other = await SealedData.begin()
  await other.archived([kwh(TS, 2)])
  const [forged] = other.recorded.record.manifest.days
  copyFileSync(join(other.recorded.dir, forged!.name), join(data.recorded.dir, forged!.name))
  copyFileSync(join(other.recorded.dir, 'manifest.json'), join(data.recorded.dir, 'manifest.json'))
  await other.end()
  await data.recorded.reopen()
  await expect(data.sealing.catchUp()).rejects.toThrow('was altered')
  expect(data.ledger.last!.number).toBe(number)
  expect(await data.faults()).toEqual(['reading of p on 2026-10-01 has another file than was sealed'])
})

test('a data directory that nobody touched has no faults, and the check tells what holds', async () => {
  const small = await smallData()
  expect(await small.faults(true)).toEqual([])
  expect(
    small
      .said('day')
      .map(({ rows_of }) => rows_of)
      .sort(),
  ).toEqual(expect.arrayContaining(['conflict', 'event', 'link', 'reading']))
  await small.end()
})

test('files that a kill leaves beside the manifest are told and are no fault; any other, or an altered one, is', async () => {
  const small = await smallData()
  const { recorded } = small
  const write = (name: string, bytes: Buffer) => writeFileSync(join(recorded.dir, name), bytes)
  const told = async () =>
    (await checkData({ dataDir: small.dir, root: null })).flatMap(({ ok, code, subject }) =>
      ok && code !== 'left_over' ? [] : [`${ok ? '' : 'fault: '}${subject}`],
    )
  const steps = [
    async () => {
      await recorded.bench.commit([kwh(TS + 120_000, 8)])
      await recorded.cut()
    },
    () => recorded.compact(TODAY + 10),
  ]
  let leftOver = 0
  for (const step of steps) {
    const [before, manifestBefore] = [recorded.files(), readFileSync(join(recorded.dir, 'manifest.json'))]
    await step()
    const [after, manifestAfter] = [recorded.files(), readFileSync(join(recorded.dir, 'manifest.json'))]
    const made = [...after.keys()].filter((name) => !before.has(name)).sort()
    const gone = [...before.keys()].filter((name) => !after.has(name)).sort()
    for (const name of gone) write(name, Buffer.from(before.get(name)!.bytes, 'base64'))
    expect(await told()).toEqual(gone.map((name) => `archive/${name}`))
    write('manifest.json', manifestBefore)
    expect(await told()).toEqual(made.map((name) => `archive/${name}`))
    write('manifest.json', manifestAfter)
    for (const name of gone) {
      write(name, Buffer.from('other'))
      expect(await told()).toContain(`fault: archive/${name}`)
      rmSync(join(recorded.dir, name))
    }
    leftOver += made.length + gone.length
  }
  expect(leftOver).toBeGreaterThan(4)
  await small.end()
})

test('a first start that was killed before or behind its first entry leaves nothing to complain of', async () => {
  const path = (name: string) => join(data.dir, 'ledger', name)
  const files = ['head.json', 'ledger.jsonl', 'key.pem'] as const
  for (const file of files) {
    rmSync(path(file))
    expect(await data.faults()).toEqual([])
  }
  await data.start()
  await data.archived([kwh(TS, 1)])
  await data.sealing.catchUp()
  for (const file of files) {
    const whole = readFileSync(path(file))
    rmSync(path(file))
    expect(await data.faults()).not.toEqual([])
    writeFileSync(path(file), whole)
  }
})

test('a file that goes while it is read is looked at again, as the files have become others meanwhile; else it is told', async () => {
  await data.archived([kwh(TS, 1)])
  await data.sealing.catchUp()
  const gone = new Error('no such file')
  let looks = 0
  const once = async (...of: Parameters<typeof data.root>) => {
    if (looks++ > 0) return data.root(...of)
    await data.archived([kwh(TS + 1, 2)])
    await data.sealing.catchUp()
    throw gone
  }
  const findings = await checkData({ dataDir: data.dir, root: once })
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
  expect(looks).toBeGreaterThan(1)
  const always = () => Promise.reject(gone)
  await expect(checkData({ dataDir: data.dir, root: always })).rejects.toThrow(gone)
})

test('a signature, a head, a key or a file that is not as it was is named', async () => {
  const small = await smallData()
  const path = (name: string) => join(small.dir, name)
  const whole = readFileSync(path('ledger/head.json'))
  writeFileSync(path('ledger/head.json'), whole.toString().replace(/"signature":".{4}/, '"signature":"AAAA'))
  expect(await small.faults()).toEqual([expect.stringContaining('head.json is not signed')])
  writeFileSync(path('ledger/head.json'), whole)
  appendFileSync(path('ledger/key.pem'), '\n')
  writeFileSync(path('archive/notes.txt'), '')
  appendFileSync(path('journal/00000002.journal'), 'x')
  const [link] = readdirSync(path('archive/link/plant=p'))
  rmSync(path(`archive/link/plant=p/${link}/gen-1.parquet`))
  expect(await small.faults()).toEqual([
    'ledger/key.pem is not as it was written',
    'archive/notes.txt does not belong to the archive',
    `archive/link/plant=p/${link}/gen-1.parquet is missing`,
    expect.stringMatching(/^journal\/00000002\.journal has \d+ instead of \d+ bytes$/),
  ])
  await small.end()
})

test('held, it seals what it is asked to and nothing by itself', async () => {
  await data.archived([kwh(TS, 1)])
  const release = data.sealing.hold()
  await data.sealing.catchUp()
  await data.archived([kwh(TS + 1, 2)])
  const stopping = new AbortController()
  const run = data.sealing.run(stopping.signal)
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  expect(data.said('day')).toHaveLength(1)
  release()
  await expect.poll(() => data.said('day').length).toBe(2)
  stopping.abort()
  await run
})

test('a large day that is being filled is hashed once, when it is quiet; who asks does not wait', {
  tags: ['deep'],
}, async () => {
  const until = async (condition: () => boolean) => expect.poll(condition).toBe(true)
  const turns = async () => {
    const before = data.looks
    await until(() => data.looks > before + 1)
  }
  const many = (from: number) => Array.from({ length: 60_000 }, (_, i) => kwh(TS + from + i, i))
  const stopping = new AbortController()
  await data.archived(many(0))
  const run = data.sealing.run(stopping.signal)
  // A small day is hashed at once.
  await until(() => data.said('day').length === 1)
  await data.archived(many(60_000))
  await turns()
  data.nowMs += 19_000
  await turns()
  await data.archived(many(120_000))
  await turns()
  data.nowMs += 19_000
  await turns()
  expect(data.said('day').map(({ rows }) => rows)).toEqual([60_000])
  data.nowMs += 2000
  await until(() => data.said('day').length === 2)
  expect(data.said('day').at(-1)).toMatchObject({ rows: 180_000, generation: 3 })
  await data.archived([kwh(TS + 200_000, 1)])
  await data.sealing.catchUp()
  expect(data.said('day').at(-1)).toMatchObject({ rows: 180_001, generation: 4 })
  stopping.abort()
  await run
})

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { recordFileFault } from '../../../src/archive/record/files.js'
import { filesOfManifest, readManifest } from '../../../src/archive/record/manifest.js'
import { Ledger } from '../../../src/audit/ledger/ledger.js'
import { systemClock } from '../../../src/base/clock.js'
import { positionOf, START } from '../../../src/journal/cursor.js'
import { nodeDisk } from '../../../src/journal/disk.js'
import { encodeEntries } from '../../../src/journal/entries.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'
import { DAY_MS } from '../../unit/archive/record/recorded.js'
import { kwh, SealedData, TODAY, TS } from '../../unit/audit/ledger/sealed-data.js'
import { type Call, type Promised, recorded } from './recorded-calls.js'

const ROUNDS = 5
/** Folder in memory where there is one: files that are laid out need not last. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const JOURNAL = { segmentBytes: 1024, maxBytes: 1e9 }

/** A gateway's journal, archive and ledger over a few rounds of cutting, compacting and sealing, by its calls. */
export interface SealedLife {
  /** The folder of the data. */
  readonly root: string
  readonly calls: readonly Call[]
}

export async function recordSealedLife(): Promise<SealedLife> {
  let root = ''
  const calls = await recorded(join(tmpdir(), 'greengauge-record-'), async (calls) => {
    const data = await SealedData.begin()
    root = data.dir
    const told = (path: Promised, what: number) => calls.push({ do: 'told', path, what })
    const log = SegmentLog.open(nodeDisk, join(root, 'journal'), JOURNAL)
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < 4; i++) {
        log.append([encodeEntries([{ kind: 'tick', arrivedAt: TS + i }]), Buffer.alloc(200, i)], [0, 1])
        told('journal', log.messages)
      }
      const hours = Array.from({ length: 8 }, (_, hour) =>
        kwh(TS + (round % 2) * DAY_MS + hour * 60_000 + round, round),
      )
      await data.recorded.bench.commit(hours)
      await data.recorded.cut()
      told('manifest', data.recorded.record.manifest.sequence)
      await data.recorded.compact(TODAY + 10)
      told('manifest', data.recorded.record.manifest.sequence)
      await data.sealing.catchUp()
      told('ledger', data.ledger.last?.number ?? 0)
    }
    log.close()
    await data.end()
  })
  // A gateway has made the folder of its journal durable before it makes any other.
  const isFirst = (call: Call, i: number) =>
    (call.do === 'makeDirectory' && call.path === join(root, 'journal')) ||
    (call.do === 'syncDirectory' && call.path === root && calls[i - 1]?.path === join(root, 'journal'))
  return { root, calls: [...calls.filter(isFirst), ...calls.filter((call, i) => !isFirst(call, i))] }
}

/** Cuts the power where the seed decides, and says what is wrong with what is left; null when every promise made by then is kept. */
export async function cutSealedLife({ root, calls }: SealedLife, seed: number): Promise<string | null> {
  const disk = new SimulatedDisk(seed)
  const end = 1 + disk.pick(calls.length - 1)
  const told: Record<Promised, number> = { journal: 0, manifest: 0, ledger: 0 }
  for (const call of calls.slice(0, end)) replay(disk, call, told)
  disk.powerOn()
  const dir = mkdtempSync(join(MEMORY, 'greengauge-cut-'))
  try {
    layOut(disk, root, dir)
    return await brokenIn(dir, told)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function replay(disk: SimulatedDisk, call: Call, told: Record<Promised, number>): void {
  const within = <T>(path: string, work: (fd: number) => T) => {
    const fd = disk.open(path)
    work(fd)
    disk.close(fd)
  }
  switch (call.do) {
    case 'told':
      told[call.path] = call.what
      break
    // A folder is an entry in the one above it, like a file.
    case 'makeDirectory':
    case 'create':
      disk.close(disk.create(call.path))
      break
    case 'write':
      within(call.path, (fd) => disk.write(fd, call.bytes, call.at))
      break
    case 'sync':
      within(call.path, (fd) => disk.syncData(fd))
      break
    case 'syncDirectory':
      disk.syncDirectory(call.path)
      break
    case 'truncate':
      disk.truncate(call.path, call.sizeBytes)
      break
    case 'rename':
      disk.rename(call.path, call.to)
      break
    case 'remove':
      disk.remove(call.path)
  }
}

/** Writes what is left into a folder of the machine: a file whose folder is gone is gone too. */
function layOut(disk: SimulatedDisk, root: string, dir: string): void {
  const contents = disk.contents()
  const folders = new Set([...contents.keys()].map((path) => dirname(path)).filter((path) => path !== dirname(root)))
  const isThere = (path: string): boolean => path === root || (contents.has(path) && isThere(dirname(path)))
  for (const [path, bytes] of contents) {
    if (!isThere(path)) continue
    const to = join(dir, relative(root, path))
    if (folders.has(path) || (bytes.length === 0 && !path.includes('.'))) mkdirSync(to, { recursive: true })
    else {
      mkdirSync(dirname(to), { recursive: true })
      writeFileSync(to, bytes)
    }
  }
}

async function brokenIn(dir: string, told: Readonly<Record<Promised, number>>): Promise<string | null> {
  const journal = join(dir, 'journal')
  const log = SegmentLog.open(nodeDisk, journal, JOURNAL)
  if (log.messages < told.journal) return `the journal has ${log.messages} of ${told.journal} messages`
  const reader = new JournalReader(nodeDisk, journal, START)
  while (reader.read(positionOf(log.end), 1 << 20).length > 0);
  reader.close()
  log.close()
  if (reader.damage !== null) return reader.damage

  const archive = join(dir, 'archive')
  try {
    const manifest = readManifest(archive)
    if (manifest.sequence < told.manifest) return `the manifest has number ${manifest.sequence}, not ${told.manifest}`
    for (const file of filesOfManifest(manifest)) {
      const fault = await recordFileFault(archive, file)
      if (fault !== '') return `${file.name} ${fault}`
    }
  } catch (error) {
    return String(error)
  }
  const ledger = await Ledger.open({ dir: join(dir, 'ledger'), clock: systemClock, program: '1.0.0' })
  const number = ledger.last?.number ?? 0
  // Before its first entry was told the ledger may have to be begun by hand: nothing is in it.
  if (ledger.trouble !== '' && told.ledger > 0) return `the ledger: ${ledger.trouble}`
  return number < told.ledger ? `the ledger has ${number} of ${told.ledger} entries` : null
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { crc32 } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { recordFileFault, writeParquet } from '../../../src/archive/record/files.js'
import { EMPTY, MANIFEST_NAME, readManifest, writeManifest } from '../../../src/archive/record/manifest.js'
import { verifyPath } from '../../../src/audit/verify/verify-path.js'
import { START } from '../../../src/journal/cursor.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { encodeRecord, encodeSegmentHeader, RECORD_HEADER_BYTES, segmentPath } from '../../../src/journal/segment.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'
import { evidenceBundle } from '../../support/evidence.js'
import type { Dice } from '../../support/mutations.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'
import { meterPlant } from '../../support/small-plant.js'

/** Data that is kept for good, in the states in which a data directory has it. One bit of it is turned, and it is opened again. */
export interface Kept {
  readonly name: 'journal' | 'archive' | 'ledger' | 'reports'
  /** Turns a bit, opens, turns it back: null when the damage was found and named, else what was done. */
  unnoticed(dice: Dice): Promise<string | null>
  close(): Promise<void>
}

/** Turns one bit of one of the files for the time of `look`. */
async function withFlip(
  files: readonly string[],
  dice: Dice,
  look: (file: string) => Promise<boolean>,
): Promise<string | null> {
  // Larger files have more bits.
  const sizes = files.map((file) => statSync(file).size)
  let at = dice.below(sizes.reduce((sum, size) => sum + size, 0))
  let which = 0
  while (at >= sizes[which]!) at -= sizes[which++]!
  const file = files[which]!
  const whole = readFileSync(file)
  const bit = dice.below(8)
  const flipped = Buffer.from(whole)
  flipped[at]! ^= 1 << bit
  writeFileSync(file, flipped)
  try {
    return (await look(file)) ? null : `${basename(file)}, byte ${at}, bit ${bit}`
  } finally {
    writeFileSync(file, whole)
  }
}

const DIR = '/journal'
const SEGMENTS = 3
const RECORDS = 20

/** Three segments; the reader is told how far they were durable, as the gateway's is. */
export function keptJournal(): Kept {
  const files: Buffer[] = []
  let previous = START
  let messages = 0
  for (let segment = 1; segment <= SEGMENTS; segment++) {
    const header = encodeSegmentHeader({ segment, previous, messages })
    const parts = [header]
    let offset = header.length
    let crc = crc32(header.subarray(0, 36))
    for (let i = 0; i < RECORDS; i++) {
      const body = Buffer.from(`record ${segment}.${i} ${'x'.repeat(i * 7)}`)
      const into = Buffer.alloc(RECORD_HEADER_BYTES + body.length)
      messages += 1
      crc = encodeRecord(into, 0, { body, previousCrc: crc, durableOffset: offset, messagesThrough: messages })
      offset += into.length
      parts.push(into)
    }
    files.push(Buffer.concat(parts))
    previous = { segment, offset, crc }
  }
  const upTo = SEGMENTS * 2 ** 32 + files.at(-1)!.length
  const good = new Set(read(files).bodies)
  if (good.size !== SEGMENTS * RECORDS) throw new Error('the sound journal cannot be read')

  function read(contents: readonly Buffer[]) {
    const disk = new SimulatedDisk(1)
    contents.forEach((bytes, i) => {
      const fd = disk.create(segmentPath(DIR, i + 1))
      disk.write(fd, bytes, 0)
      disk.syncData(fd)
      disk.close(fd)
    })
    disk.syncDirectory(DIR)
    const reader = new JournalReader(disk, DIR, START)
    const bodies: string[] = []
    for (let some = reader.read(upTo, 4096); some.length > 0; some = reader.read(upTo, 4096)) {
      for (const { body } of some) bodies.push(Buffer.from(body).toString('latin1'))
    }
    const { damage } = reader
    reader.close()
    return { bodies, damage, disk }
  }

  return {
    name: 'journal',
    async unnoticed(dice) {
      const which = dice.below(SEGMENTS)
      const flipped = Buffer.from(files[which]!)
      const [at, bit] = [dice.below(flipped.length), dice.below(8)]
      flipped[at]! ^= 1 << bit
      const what = `segment ${which + 1}, byte ${at}, bit ${bit}`
      try {
        const { bodies, damage, disk } = read(files.map((bytes, i) => (i === which ? flipped : bytes)))
        const strange = bodies.filter((body) => !good.has(body))
        if (strange.length > 0) return `${what}: ${strange.length} records are read that were never written`
        if (bodies.length === good.size) return `${what}: everything is read, as if nothing were wrong`
        if (damage === null) return `${what}: ${good.size - bodies.length} records are missing and nothing is said`
        // The gateway begins with this: it must find an end and go on.
        SegmentLog.open(disk, DIR, { segmentBytes: 2 ** 20, maxBytes: 2 ** 30 })
        return null
      } catch (error) {
        // A version of the format that this program does not know: refused, untouched, with a sentence.
        return (error as Error).message.includes('this program reads') ? null : `${what}: ${(error as Error).message}`
      }
    },
    close: async () => {},
  }
}

/** The manifest and two files of the archive. */
export async function keptArchive(): Promise<Kept> {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-flips-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const query = (rows: number) => `SELECT i AS ts, i / 3.0 AS value, 'main-1' AS device FROM range(${rows}) t(i)`
  const days = await Promise.all(
    [2000, 300].map((rows, i) => writeParquet(connection, dir, `days/suzhou-1/${20_600 + i}.parquet`, query(rows))),
  )
  const dayOf = (file: NonNullable<(typeof days)[number]>, i: number) => {
    return { ...file, kind: 'reading', plant: 'suzhou-1', day: 20_600 + i, generation: 1 } as const
  }
  await writeManifest(dir, { ...EMPTY, sequence: 3, days: days.map((file, i) => dayOf(file!, i)) })
  connection.closeSync()
  instance.closeSync()
  const manifest = readManifest(dir)
  const paths = [MANIFEST_NAME, ...manifest.days.map(({ name }) => name)].map((name) => join(dir, name))
  return {
    name: 'archive',
    unnoticed: (dice) =>
      withFlip(paths, dice, async (file) => {
        const name = relative(dir, file)
        const part = manifest.days.find((day) => day.name === name)
        if (part !== undefined) return (await recordFileFault(dir, part)) !== ''
        try {
          readManifest(dir)
          return false
        } catch {
          return true
        }
      }),
    close: async () => rmSync(dir, { recursive: true }),
  }
}

/** A ledger's folder, and the evidence bundle of a frozen report with its signature. */
export async function keptLedgerAndReports(): Promise<readonly [ledger: Kept, reports: Kept]> {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-flips-'))
  const bench = await meterPlant()
  const made = await evidenceBundle(bench, { dir, request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-02' } })
  await bench.close()
  const ledgerFiles = readdirSync(made.ledgerDir)
    .filter((name) => /^(ledger|head)/.test(name))
    .map((name) => join(made.ledgerDir, name))
  const holds = async (path: string): Promise<boolean> => {
    try {
      return (await verifyPath(path)).ok
    } catch {
      return false
    }
  }
  for (const path of [made.zip, made.ledgerDir]) if (!(await holds(path))) throw new Error(`${path} does not hold`)
  const close = async () => rmSync(dir, { recursive: true, force: true })
  return [
    {
      name: 'ledger',
      unnoticed: (dice) => withFlip(ledgerFiles, dice, async () => !(await holds(made.ledgerDir))),
      close,
    },
    {
      name: 'reports',
      unnoticed: (dice) => withFlip([made.zip, `${made.zip}.sig`], dice, async () => !(await holds(made.zip))),
      close,
    },
  ]
}

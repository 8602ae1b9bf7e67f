import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { rebuild } from '../../../../src/archive/record/rebuild.js'
import { LastingRecord } from '../../../../src/archive/record/record.js'
import { letGo, nextExpiry } from '../../../../src/archive/record/retention.js'
import { utcDayOf } from '../../../../src/base/utc-day.js'
import type { Cursor } from '../../../../src/journal/cursor.js'
import { Bench } from '../../../support/engine.js'

export const DAY_MS = 86_400_000
const TABLES: Readonly<Record<string, string>> = {
  reading: 'SELECT plant, device, metric, r.* EXCLUDE (series) FROM reading r JOIN series s ON s.id = r.series',
  conflict: 'SELECT plant, device, metric, r.* EXCLUDE (series) FROM conflict r JOIN series s ON s.id = r.series',
  series: 'SELECT * EXCLUDE (id) FROM series',
  event: 'SELECT * FROM event',
  link: 'SELECT * FROM link',
  config: 'SELECT * FROM config',
  device_fact: 'SELECT * FROM device_fact',
  act: 'SELECT * FROM act',
  sender: 'SELECT * FROM sender',
  decoder_state: 'SELECT * FROM decoder_state',
}

/** An archive on a database in memory with its lasting record in a folder, and what a test does with both. */
export class Recorded {
  readonly folder = mkdtempSync(join(tmpdir(), 'greengauge-record-'))
  bench!: Bench
  record!: LastingRecord

  static async begin(): Promise<Recorded> {
    const recorded = new Recorded()
    recorded.bench = await Bench.open()
    recorded.record = await LastingRecord.open(recorded.dir, 1)
    return recorded
  }

  get dir(): string {
    return join(this.folder, 'archive')
  }

  /** Writes everything that was committed so far; `straight`: which days get their files at once. */
  async cut(straight: Parameters<LastingRecord['cut']>[3] = {}): Promise<void> {
    const progress = await this.bench.archive.progress<{ position: number }>('journal')
    const cursor: Cursor = { segment: 0, offset: (progress?.position ?? -1) + 1, crc: 0 }
    await this.record.cut(this.bench.database, cursor, progress, straight)
  }

  /** Compacts all that is to be compacted when the days before `runningDay` are over. */
  async compact(runningDay: number): Promise<void> {
    while (await this.record.compact(this.bench.database, runningDay, () => true));
  }

  /** Lets go of all but the last three days before an instant, as the gateway does. */
  async expire(nowMs: number): Promise<void> {
    const { record, bench } = this
    await this.cut()
    await this.compact(utcDayOf(nowMs))
    for (;;) {
      const due = nextExpiry(record.manifest, { ageMs: 3 * DAY_MS, bytes: null }, nowMs)
      if (due === null) return
      await bench.engine.keepMonths(due.plant, due.day + 1)
      await record.keepFigures(bench.database, { plant: due.plant, before: due.day + 1 })
      const expired = await letGo(bench.database, due, record.position)
      bench.engine.keptFrom(expired.keptFrom)
      await record.expire(expired)
    }
  }

  async reopen(nowMs = 2): Promise<void> {
    this.record = await LastingRecord.open(this.dir, nowMs)
  }

  /** The database is lost; another one is filled from the record. */
  async rebuild(): Promise<string[]> {
    await this.bench.close()
    this.bench = await Bench.open()
    const told: string[] = []
    await rebuild(this.bench.database, this.record, new AbortController().signal, (progress) => told.push(progress))
    await this.bench.restart()
    return told
  }

  /** Every row that came from the journal, in no order, and how far the journal has been read. */
  async rows(): Promise<Record<string, unknown>> {
    const rows: Record<string, unknown> = {}
    for (const [table, query] of Object.entries(TABLES)) {
      const columns = await this.bench.database.columns(`SELECT t::VARCHAR AS row FROM (${query}) t ORDER BY row`)
      rows[table] = columns[0] ?? []
    }
    return { ...rows, progress: await this.bench.archive.progress('journal') }
  }

  /** The Parquet files in the folder by name, with what would be another if one had been touched. */
  files(): ReadonlyMap<string, { inode: number; modifiedMs: number; bytes: string }> {
    const files = readdirSync(this.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return new Map(
      files
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => !path.endsWith('manifest.json'))
        .map((path) => {
          const { ino, mtimeMs } = statSync(path)
          const bytes = readFileSync(path).toString('base64')
          return [relative(this.dir, path), { inode: ino, modifiedMs: mtimeMs, bytes }]
        }),
    )
  }

  names(): string[] {
    return [...this.files().keys()].sort()
  }

  async end(): Promise<void> {
    await this.bench.close()
    rmSync(this.folder, { recursive: true })
  }
}

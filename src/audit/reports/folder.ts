import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DayFile } from '../../archive/record/manifest.js'
import type { Report, ReportItem } from '../../base/report.js'
import { nodeDisk } from '../../journal/disk.js'
import { writeDurably } from '../../program/durable-file.js'
import type { VersionRef } from '../bundle/ledger-part.js'
import type { ReportLanguage } from '../render/language.js'

/**
 * Layout of the folder of one version of a report:
 *
 *     reports/suzhou-1.ghg.2026-10-01.2026-11-01/v1/state.json       what became of it: the one file that changes
 *                                                   snapshot.json    what a frozen one rests on
 *                                                   report/report.json, report.en.pdf, …, csv/…   as the bundle has them
 *                                                   evidence/…       beside readings, as the bundle has it
 *                                                   archive/reading/plant=suzhou-1/day=2026-10-01/gen-1.parquet
 *                                                   bundle.zip, bundle.zip.sig    once they were made
 *
 * The files under `archive` are links to files of the lasting record, which never change: whatever retention, merges and
 * late readings do to the record, a frozen version keeps them. A version is made under another name and gets its own
 * when all of it is on the disk, so a kill leaves none of it or all of it.
 */
export const FILES = {
  state: 'state.json',
  snapshot: 'snapshot.json',
  report: 'report/report.json',
  archive: 'archive',
  bundle: 'bundle.zip',
  bundleSignature: 'bundle.zip.sig',
} as const

/** Suffix of the folder of a version that is being made, until it is whole. */
const UNFINISHED = '.unfinished'

/** `state.json`. */
export interface ReportState {
  readonly format: 1
  readonly item: Omit<ReportItem, 'has_bundle'>
  /** Place in the journal up to which it has been compared with what came after it was made. */
  readonly position: number
  /** Edition of the calculation rules that it has been compared with; absent where that is its own. */
  readonly edition?: number
  /** In which it is rendered when it is frozen. */
  readonly languages: readonly ReportLanguage[]
  /** Note of the person who verified it; empty before. */
  readonly note: string
}

/** `snapshot.json`: the files of the record under `archive`, all generations of each kind, plant and day. */
export interface Snapshot {
  readonly format: 1
  readonly files: readonly DayFile[]
  /** Numbers of the entries of the ledger that vouch for them. */
  readonly entries: readonly number[]
}

/** The folders of all reports. */
export class ReportFolders {
  readonly dir: string

  constructor(dataDir: string) {
    this.dir = join(dataDir, 'reports')
    mkdirSync(this.dir, { recursive: true })
  }

  of({ id, version }: VersionRef): string {
    return join(this.dir, id, `v${version}`)
  }

  /** Removes what a kill has left half done; answers the versions that are whole, with what became of them. */
  open(): { readonly states: ReportState[]; readonly problems: string[] } {
    const states: ReportState[] = []
    const problems: string[] = []
    for (const id of foldersIn(this.dir)) {
      for (const name of foldersIn(join(this.dir, id))) {
        const dir = join(this.dir, id, name)
        if (name.endsWith(UNFINISHED)) rmSync(dir, { recursive: true })
        else if (/^v\d+$/.test(name)) {
          const state = stateIn(dir)
          if (typeof state === 'string') problems.push(`${join(dir, FILES.state)} ${state}: put it back from a backup`)
          else states.push(state)
        }
      }
    }
    return { states, problems }
  }

  /** An empty folder for a version that is being made. Throws where one that was frozen has its name, readable or not. */
  begin(ref: VersionRef): string {
    const dir = this.of(ref) + UNFINISHED
    const before = existsSync(this.of(ref)) ? stateIn(this.of(ref)) : null
    if (before !== null && (typeof before === 'string' || before.item.status !== 'draft')) {
      throw new Error(`${this.of(ref)} is no draft that could be replaced: put its ${FILES.state} back from a backup`)
    }
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    return dir
  }

  /**
   * Gives a version that was made its name; a draft that has it goes. From there on nothing is waited for: nobody finds the
   * new folder under what is still said of the draft.
   */
  async finish(ref: VersionRef): Promise<void> {
    const dir = this.of(ref)
    await syncAll(dir + UNFINISHED)
    rmSync(dir, { recursive: true, force: true })
    renameSync(dir + UNFINISHED, dir)
    nodeDisk.syncDirectory(dirname(dir))
    nodeDisk.syncDirectory(this.dir)
  }

  abandon(ref: VersionRef): void {
    rmSync(this.of(ref) + UNFINISHED, { recursive: true, force: true })
  }

  remove(ref: VersionRef): void {
    rmSync(this.of(ref), { recursive: true, force: true })
  }

  async writeState(ref: VersionRef, state: ReportState): Promise<void> {
    await writeDurably(this.of(ref), FILES.state, JSON.stringify(state))
  }

  /** The bytes of the report; they are those of its checksum, or it throws. */
  readReport(ref: VersionRef, sha256: string): { readonly report: Report; readonly bytes: Buffer } {
    const path = join(this.of(ref), FILES.report)
    const bytes = readFileSync(path)
    if (sha256Of(bytes) !== sha256) throw new Error(`${path} is damaged: put it back from a backup`)
    return { report: JSON.parse(bytes.toString()) as Report, bytes }
  }

  readSnapshot(ref: VersionRef): Snapshot {
    return JSON.parse(readFileSync(join(this.of(ref), FILES.snapshot), 'utf8')) as Snapshot
  }

  /** The zip gets its name when its signature is on the disk, so a kill between the two leaves no bundle. */
  hasBundle(ref: VersionRef): boolean {
    return existsSync(join(this.of(ref), FILES.bundle))
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The state in a folder, or what is wrong with it. */
function stateIn(dir: string): ReportState | string {
  try {
    const state = JSON.parse(readFileSync(join(dir, FILES.state), 'utf8')) as ReportState
    return state.format === 1 ? state : `has format ${state.format}, this program reads 1`
  } catch (error) {
    return `cannot be read (${error instanceof Error ? error.message : error})`
  }
}

/** Names of the folders in a folder. */
export function foldersIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

/** Files first, then the folders that name them. */
async function syncAll(dir: string): Promise<void> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) await syncAll(path)
    else await syncFolder(path)
  }
  await syncFolder(dir)
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

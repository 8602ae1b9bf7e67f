import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { holdCut } from '../../audit/backup/cut.js'
import { syncFolders } from '../../audit/backup/make.js'
import { RESTORING } from '../../audit/formats.js'
import { nodeDisk } from '../../journal/disk.js'
import { ELECTION_MS_MAX, withPatience } from '../../nats/patience.js'
import { writeDurably } from '../../program/durable-file.js'
import { type BlockStore, eachOf, getBlock, hashOf, StateFault } from './blocks.js'
import { decodeFileList, type StateFile } from './file-list.js'
import type { OpenState } from './open.js'
import { BlockUploader, OWNER_FILE } from './send-files.js'
import type { StateEntry } from './state-entry.js'

const AT_ONCE = 4
/** Files of whoever occupies a data directory, and of a fresh disk: one without others counts as empty. */
const NOTHING = new Set(['gateway.lock', 'gateway.lock.json', 'gateway.sock', 'lost+found'])

export interface FetchDeps extends OpenState {
  readonly dataDir: string
}

export interface FetchedState {
  /** RFC 3339: of when the files are; null when the partition had none yet. */
  readonly at: string | null
  /** The oldest segment of the journal that goes on from them. */
  readonly segment: number
  readonly files: number
  readonly bytes: number
  /** Bytes that were not on this disk before. */
  readonly bytesFetched: number
  /** Nobody else has had the partition since this data directory had it: it was left as it is, and is ahead of the files on record. */
  readonly isOwn: boolean
}

/**
 * Makes a data directory that of the partition, for an owner of this epoch, and keeps those before it from writing its state
 * any more. The journal's segments are not in it: they come from the stream. Where nothing is on record yet, files that a
 * gateway has left there become it. Interrupted, the directory is one that no gateway starts on, and the next call makes it
 * whole. Throws `Fenced`, or a `StateFault` that says which block of which file is wrong.
 */
export async function takeOverState(deps: FetchDeps, epoch: number): Promise<FetchedState> {
  const { dataDir, partition, entry, clock } = deps
  const patient = <T>(work: () => Promise<T>): Promise<T> => withPatience(clock, ELECTION_MS_MAX, work)
  const takeOwnership = () => writeDurably(dataDir, OWNER_FILE, `${JSON.stringify({ partition, epoch })}\n`)
  const own = ownerOf(dataDir)
  const recorded = await patient(() => entry.read())
  const isUsed = !isHalf(dataDir) && contentsOf(dataDir).length > 0
  if (isUsed && (recorded === null ? own !== null : own?.partition !== partition)) refuseFiles(deps, own)
  const brought = recorded === null && isUsed ? await bringAlong(deps, epoch) : null
  const { before } = await patient(() => entry.claim(epoch))
  const isOwn = before !== null && own?.partition === partition && own.epoch === before.epoch && !isHalf(dataDir)
  const fetched = brought ?? (isOwn ? figuresOf(before, 0, true) : await bring(deps, before, takeOwnership))
  await takeOwnership()
  return fetched
}

/** They are on record before anybody owns them: an owner that goes at once leaves them to the next. */
async function bringAlong({ dataDir, blocks, clock, entry }: FetchDeps, epoch: number): Promise<FetchedState> {
  const at = new Date(clock.nowMs()).toISOString()
  const cut = await holdCut(dataDir, clock)
  try {
    const sender = new BlockUploader(blocks, () => undefined)
    const { files, bytes, list } = await sender.send(cut.held, new Set())
    const { segment } = cut.archive
    const first: StateEntry = { format: 1, epoch, at, segment, files: files.length, bytes, list: [...list] }
    await entry.replace(first, 0)
    return figuresOf(first, 0, true)
  } finally {
    cut.held.close()
  }
}

/** The files on record, for whoever only reads them: in a folder that is not there yet, or empty. null when there are none. */
export async function copyState(deps: FetchDeps): Promise<FetchedState | null> {
  const found = await deps.entry.read()
  return found === null || found.entry.at === null ? null : bring(deps, found.entry, async () => undefined)
}

const ownerFile = z.object({ partition: z.number().int(), epoch: z.number().int() })
type Owner = z.output<typeof ownerFile>

/** null when no partition was ever here. */
function ownerOf(dataDir: string): Owner | null {
  try {
    return ownerFile.parse(JSON.parse(readFileSync(join(dataDir, OWNER_FILE), 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StateFault(`${join(dataDir, OWNER_FILE)} is damaged: move ${dataDir} away, its files are on record`)
  }
}

/** Throws: files that are no copy of something on record would be lost here, or take the place of something newer. */
function refuseFiles({ dataDir, partition }: FetchDeps, own: Owner | null): never {
  throw new StateFault(
    own?.partition === partition
      ? `nothing is on record of partition ${partition} any more, though ${dataDir} had it: bring the NATS servers back with their data, or remove ${OWNER_FILE} on the node that had it last, and it goes on from there`
      : `${dataDir} has files that are not of partition ${partition}, of which others are on record: move them away`,
  )
}

function isHalf(dataDir: string): boolean {
  return statSync(join(dataDir, RESTORING), { throwIfNoEntry: false }) !== undefined
}

function contentsOf(dir: string): string[] {
  return statSync(dir, { throwIfNoEntry: false }) === undefined
    ? []
    : readdirSync(dir).filter((name) => !NOTHING.has(name))
}

/** `finish` is called while the directory still counts as half. */
async function bring(
  { dataDir, blocks }: FetchDeps,
  entry: StateEntry | null,
  finish: () => Promise<void>,
): Promise<FetchedState> {
  const files = entry === null ? [] : await decodeFileList(blocks, entry.list)
  const aside = join(dataDir, RESTORING)
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  nodeDisk.syncDirectory(dataDir)
  const listed = new Set(files.map(({ path }) => path))
  removeOthers(dataDir, listed)
  let bytesFetched = 0
  let number = 0
  for (const file of files) bytesFetched += await makeFile(dataDir, join(aside, String(number++)), file, blocks)
  await syncFolders(dataDir, files)
  await finish()
  rmdirSync(aside)
  nodeDisk.syncDirectory(dataDir)
  return figuresOf(entry, bytesFetched, false)
}

function figuresOf(entry: StateEntry | null, bytesFetched: number, isOwn: boolean): FetchedState {
  const { at, segment, files, bytes } = entry ?? { at: null, segment: 0, files: 0, bytes: 0 }
  return { at, segment, files, bytes, bytesFetched, isOwn }
}

/** Also the database, which is made again, and segments of a journal that may have gone on elsewhere. */
function removeOthers(dataDir: string, listed: ReadonlySet<string>): void {
  const folders = new Set([...listed].flatMap((path) => parentsOf(path)))
  const remove = (folder: string): void => {
    for (const entry of readdirSync(join(dataDir, folder), { withFileTypes: true })) {
      const name = folder + entry.name
      if (name === RESTORING || NOTHING.has(name) || (listed.has(name) && entry.isFile())) continue
      if (entry.isDirectory() && folders.has(name)) remove(`${name}/`)
      else rmSync(join(dataDir, name), { recursive: true })
    }
  }
  remove('')
}

function parentsOf(path: string): string[] {
  const parents: string[] = []
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) parents.push(path.slice(0, at))
  return parents
}

/** Makes one file what the list says, out of its blocks here and those in the store; gives the bytes that were fetched. */
async function makeFile(dataDir: string, aside: string, listed: StateFile, blocks: BlockStore): Promise<number> {
  const to = join(dataDir, listed.path)
  const { bytes, block_bytes: blockBytes } = listed
  const here = await open(to, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  try {
    const missing: number[] = []
    for (const [index, hash] of listed.blocks.entries()) {
      const local = here === null ? null : readBlock(here.fd, index * blockBytes, sizeAt(listed, index))
      if (local === null || hashOf(local) !== hash) missing.push(index)
    }
    if (here !== null && missing.length === 0 && (await here.stat()).size === bytes) {
      chmodSync(to, listed.mode)
      return 0
    }
    const lacking = new Set(missing)
    let fetched = 0
    const file = await open(aside, 'wx', 0o600)
    try {
      await eachOf(listed.blocks.entries(), AT_ONCE, async ([index, hash]) => {
        const at = index * blockBytes
        const block = lacking.has(index)
          ? await getBlock(blocks, hash, listed.path)
          : readBlock(here!.fd, at, sizeAt(listed, index))!
        if (block.length !== sizeAt(listed, index)) {
          throw new StateFault(`${listed.path}: block ${hash} has ${block.length} bytes, not what the list says`)
        }
        if (lacking.has(index)) fetched += block.length
        await file.write(block, 0, block.length, at)
      })
      await file.chmod(listed.mode)
      await file.sync()
    } finally {
      await file.close()
    }
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
    renameSync(aside, to)
    return fetched
  } finally {
    await here?.close()
  }
}

function sizeAt({ bytes, block_bytes: blockBytes }: StateFile, index: number): number {
  return Math.min(blockBytes, bytes - index * blockBytes)
}

/** null when the file ends before. */
function readBlock(fd: number, at: number, length: number): Buffer | null {
  const block = Buffer.allocUnsafe(length)
  return nodeDisk.read(fd, block, at) < length ? null : block
}

import { type BackupSnapshot, holdCut } from '../../audit/backup/cut.js'
import { HOUR_MS } from '../../base/durations.js'
import { Fenced } from '../../nats/fenced.js'
import type { LeaseMark } from '../../nats/lease-mark.js'
import { decodeFileList } from './file-list.js'
import type { OpenState } from './open.js'
import { BlockUploader } from './send-files.js'

/** A block that no list names is kept for so long: whoever stored it may be about to name it. */
const UNNAMED_MS = HOUR_MS
/** A block that is younger than this is certain to stay until a checkpoint is at its end. */
const YOUNG_MS = UNNAMED_MS / 2
/** Pause between two sweeps for blocks that no list names, and most blocks that one sweep removes. */
const SWEEP_MS = 600_000
const REMOVED_MAX = 500
/** After one that failed. */
const RETRY_MS = 5000
/** A gateway that is still rebuilding its database writes nothing: at an end it is waited for no longer. */
const END_MS = 5000

export interface CheckpointsDeps extends OpenState {
  readonly dataDir: string
  /** Epoch of the owner, as it has taken over the state. */
  readonly epoch: number
  readonly lease: Pick<LeaseMark, 'isHeld'>
  readonly everyMs: number
  /** Has the pipeline write to files what is archived. */
  prepare(): Promise<void>
  /** Lets the journal's stream go of the segments before this one. */
  purge(segment: number): Promise<void>
  log(level: 'error' | 'warn', text: string): void
}

export interface CheckpointStatus {
  /** Epoch ms at which the files of the last one were held; null before the first. */
  readonly lastMs: number | null
  /** Duration of the last one; null before the first. */
  readonly durationMs: number | null
  /** Number of files of the last one, and their bytes. */
  readonly files: number
  readonly bytes: number
  /** Since the start. */
  readonly blocksSent: number
  readonly bytesSent: number
  readonly taken: number
  /** Reason why the last one was not taken, for the operator; '' when it was. */
  readonly trouble: string
}

/**
 * Brings the files of a partition to where its next owner finds them. One at a time; what fails leaves the last whole one
 * in place and is tried again.
 */
export class Checkpoints {
  readonly #deps: CheckpointsDeps
  readonly #sender: BlockUploader
  /**
   * Entry on record and the blocks that it may build on; null when they have to be read: at the start, and after a failure whose
   * outcome is not known.
   */
  #recorded: { readonly revision: number; readonly stored: Set<string> } | null = null
  #running: Promise<void> = Promise.resolve()
  #waiting: Promise<void> | null = null
  #sweptMs: number
  #fence!: (error: Error) => void
  readonly #fenced: Promise<Error>
  #giveUpWaiting!: (error: Error) => void
  readonly #givenUp: Promise<never>
  #status: Omit<CheckpointStatus, 'blocksSent' | 'bytesSent'>

  constructor(deps: CheckpointsDeps) {
    this.#deps = deps
    this.#sender = new BlockUploader(deps.blocks, () => this.#refuseWithoutLease())
    this.#sweptMs = deps.clock.nowMs()
    this.#fenced = new Promise((resolve) => {
      this.#fence = resolve
    })
    this.#givenUp = new Promise((_, reject) => {
      this.#giveUpWaiting = reject
    })
    this.#givenUp.catch(() => undefined)
    this.#status = { lastMs: null, durationMs: null, files: 0, bytes: 0, taken: 0, trouble: '' }
  }

  get status(): CheckpointStatus {
    return { ...this.#status, blocksSent: this.#sender.blocksSent, bytesSent: this.#sender.bytesSent }
  }

  /**
   * Takes one as often as they are due, until `signal` is aborted; one that is under way then goes on. Rejects with `Fenced`
   * when another owner has come.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs, log: say } = this.#deps
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    while (!signal.aborted) {
      const told = this.#status.trouble
      const waitMs = told === '' ? everyMs : Math.min(everyMs, RETRY_MS)
      const fenced = await Promise.race([clock.sleep(waitMs, signal), this.#fenced])
      if (fenced instanceof Error) throw fenced
      if (signal.aborted) return
      const taken = this.now().catch((error: unknown) => {
        if (error instanceof Fenced) throw error
        const { trouble } = this.#status
        if (trouble !== told) say('warn', `partition ${this.#deps.partition}: ${trouble}`)
      })
      await Promise.race([taken, stopped])
    }
  }

  /**
   * Takes one of what there is at this moment: resolves when it is where another node finds it. Rejects with `Fenced` when there
   * is another owner, else with what `trouble` says.
   */
  now(): Promise<void> {
    // One that is under way may have held its files before; all who wait share the next.
    this.#waiting ??= this.#queue(true, () => {
      this.#waiting = null
    })
    return this.#waiting
  }

  /** The last ones of an ordered end: one while the gateway still works, so that what `close` leaves is little, and one behind it. */
  async end(close: () => Promise<void>): Promise<void> {
    const { clock } = this.#deps
    const tried = async (taken: Promise<void>) => {
      await taken.catch(() => this.#deps.log('warn', `partition ${this.#deps.partition}: ${this.#status.trouble}`))
    }
    const closing = new AbortController()
    const late = new Error('the gateway did not come to write its files before its end')
    void clock.sleep(END_MS, closing.signal).then(() => this.#giveUpWaiting(late))
    await tried(this.now())
    closing.abort()
    await close()
    await tried(this.#queue(false))
  }

  #queue(isPrepared: boolean, begins: () => void = () => undefined): Promise<void> {
    const before = this.#running.catch(() => undefined)
    this.#running = before.then(async () => {
      begins()
      try {
        await this.#take(isPrepared)
      } catch (error) {
        this.#recorded = null
        const why = error instanceof Error ? error.message : String(error)
        const trouble = `the files are not where another node finds them as they are now, it is tried again: ${why}`
        this.#status = { ...this.#status, trouble }
        if (error instanceof Fenced) this.#fence(error)
        throw error
      }
    })
    return this.#running
  }

  async #take(isPrepared: boolean): Promise<void> {
    const { clock, dataDir, epoch, entry, purge } = this.#deps
    this.#refuseWithoutLease()
    if (isPrepared) await Promise.race([this.#deps.prepare(), this.#givenUp])
    const { revision, stored } = this.#recorded ?? (await this.#read())
    const heldMs = clock.nowMs()
    const cut = await holdCut(dataDir, clock)
    const segment = oldestSegment(cut)
    const sent = await this.#sender.send(cut.held, stored).finally(() => cut.held.close())
    const { files, bytes, list } = sent
    this.#refuseWithoutLease()
    const at = new Date(heldMs).toISOString()
    const replaced = await entry.replace(
      { format: 1, epoch, at, segment, files: files.length, bytes, list: [...list] },
      revision,
    )
    const named = new Set([...list, ...files.flatMap(({ blocks }) => blocks)])
    this.#recorded = { revision: replaced, stored: named }
    this.#status = {
      lastMs: heldMs,
      durationMs: clock.nowMs() - heldMs,
      files: files.length,
      bytes,
      taken: this.#status.taken + 1,
      trouble: '',
    }
    await purge(segment)
    await this.#sweep(named)
  }

  /** Reads what may be built on: blocks that the list names, and such as nobody takes for forgotten. */
  async #read(): Promise<{ readonly revision: number; readonly stored: Set<string> }> {
    const { entry, epoch, blocks, partition } = this.#deps
    const found = await entry.read()
    if (found === null || found.entry.epoch !== epoch) {
      throw new Fenced(
        `partition ${partition} is that of epoch ${found?.entry.epoch ?? 'none'}, this owner is of ${epoch}`,
      )
    }
    const stored = new Set(found.entry.list)
    for (const { blocks } of await decodeFileList(this.#deps.blocks, found.entry.list)) {
      for (const hash of blocks) stored.add(hash)
    }
    for (const { hash, ageMs } of await blocks.list()) if (ageMs < YOUNG_MS) stored.add(hash)
    return { revision: found.revision, stored }
  }

  async #sweep(named: ReadonlySet<string>): Promise<void> {
    const { clock, blocks } = this.#deps
    if (clock.nowMs() - this.#sweptMs < SWEEP_MS) return
    const old = (await blocks.list()).filter(({ hash, ageMs }) => ageMs > UNNAMED_MS && !named.has(hash))
    for (const block of old.slice(0, REMOVED_MAX)) {
      this.#refuseWithoutLease()
      await blocks.remove(block)
    }
    if (old.length <= REMOVED_MAX) this.#sweptMs = clock.nowMs()
  }

  #refuseWithoutLease(): void {
    if (!this.#deps.lease.isHeld) throw new Error('the lease is not certain at this moment, so nothing is sent')
  }
}

/** Oldest segment that whoever goes on from these files needs: for its cursor, and for what the ledger has not sealed yet. */
function oldestSegment({ held, archive }: BackupSnapshot): number {
  const [first] = held.entries().flatMap(([name]) => /^journal\/(\d{8})\.journal$/.exec(name)?.[1] ?? [])
  return first === undefined ? archive.segment : Math.min(Number(first), archive.segment)
}

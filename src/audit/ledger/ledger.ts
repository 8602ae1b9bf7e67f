/**
 * The ledger on the disk.
 *
 *     ledger/ledger.jsonl    one entry a line, in order; only ever appended to
 *            head.json       number and hash of the last entry, signed for itself; replaced with each append
 *            key.pem         the private key (Ed25519, PKCS #8), readable by its owner alone; made at the first run
 *            time-stamps/    RFC 3161 responses, each named and hashed by a `time_stamp` entry
 *
 *     entry  {"at":…,"body":{"kind":…},"hash":…,"number":17,"previous":…,"signature":…}
 *
 * - A line is canonical JSON (RFC 8785), so that there is one way only to write what it says, and every byte counts.
 * - `hash` = SHA-256 of the canonical JSON of `{at, body, number, previous}`; `previous` = `hash` of the line before.
 *   `signature` = Ed25519 over the 32 bytes of `hash`. The first entry names the public key.
 * - An append is written and synced, then the head is replaced; only then is it told. A torn last line was never
 *   told: the next start sets it aside and says so. A ledger that ends before its head was cut: nothing is appended to it.
 * - What a `day` entry stands for is at the head of `sealing.ts`, the lines that a root is made of in `rows.ts`, the shape of
 *   the tree in `merkle.ts`.
 *
 * It proves this: who alters, removes, adds or reorders anything that is sealed has to write every entry behind it anew,
 * and cannot without the key. Who has the key can. Against that only an anchor outside helps: the hash of the newest
 * entry, kept where the holder of the key cannot get at it (printed and signed, mailed, or in an RFC 3161 time stamp).
 * An old data directory put back as a whole is found the same way, or by anybody who has seen a newer head.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.js'
import { nodeDisk } from '../../journal/disk.js'
import { writeDurably } from '../../program/durable-file.js'
import { byteLines, parseEntry, parseHead } from './check-chain.js'
import {
  canonical,
  entryHash,
  HEAD_FILE,
  headText,
  LEDGER_FILE,
  type LedgerBody,
  type LedgerEntry,
  NO_HASH,
} from './entry.js'
import { fingerprintOf, spkiOf } from './fingerprint.js'
import { makeKey, readKey, type SigningKey } from './keys.js'

export interface LedgerOptions {
  /** `DATA_DIR/ledger`. */
  readonly dir: string
  readonly clock: Clock
  /** Version of this program, for the first entry. */
  readonly program: string
  /** Sees every entry once, those on the disk first, in order. */
  take?(entry: LedgerEntry): void
}

/** The one writer of a ledger. Who only reads uses `readEntries`. */
export class Ledger {
  readonly dir: string
  readonly #options: LedgerOptions
  readonly #key: SigningKey | null
  #last: Pick<LedgerEntry, 'number' | 'hash' | 'at'> | null = null
  #bytes = 0
  #turn: Promise<unknown> = Promise.resolve()
  #trouble = ''
  /** The tail may hold what was not told. */
  #isTorn = false
  /** Sentence about something found at the start that is no fault, '' when nothing was. */
  notice = ''

  private constructor(options: LedgerOptions, key: SigningKey | null) {
    this.dir = options.dir
    this.#options = options
    this.#key = key
  }

  /**
   * Opens the ledger, or begins it. One that cannot be gone on with (key lost, end cut off, a line that is no entry) is
   * opened all the same, and left alone: `trouble` says why, and `append` rejects. Signatures are `checkChain`'s to check.
   */
  static async open(options: LedgerOptions): Promise<Ledger> {
    nodeDisk.makeDirectory(options.dir)
    const path = join(options.dir, LEDGER_FILE)
    const isNew = !existsSync(path) && !existsSync(join(options.dir, HEAD_FILE))
    let key: SigningKey | null = null
    let trouble = ''
    try {
      key = readKey(options.dir) ?? (isNew ? makeKey(options.dir) : null)
      if (key === null) trouble = `${join(options.dir, 'key.pem')} is missing; put it back from a backup`
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error)
    }
    const ledger = new Ledger(options, key)
    ledger.#trouble = trouble
    if (existsSync(path)) await ledger.#read(path)
    if (ledger.#trouble === '' && ledger.#last === null) {
      const spki = spkiOf(key!.key).toString('base64')
      await ledger.append([{ kind: 'key', algorithm: 'Ed25519', public_key: spki, program: options.program }])
    }
    return ledger
  }

  /** The newest entry. */
  get last(): Pick<LedgerEntry, 'number' | 'hash' | 'at'> | null {
    return this.#last
  }

  /** '' when there is no key. */
  get fingerprint(): string {
    return this.#key === null ? '' : fingerprintOf(this.#key.key)
  }

  /** For signing what goes out with the ledger; null when it is lost. */
  get key(): SigningKey | null {
    return this.#key
  }

  /** Reason that nothing can be appended, '' when it can. */
  get trouble(): string {
    return this.#trouble
  }

  /**
   * Appends entries, all with one sync, and resolves with them when they and the new head are durable. Rejects with a sentence
   * when the ledger is in trouble or the disk refuses; after the latter the same may be appended again.
   */
  append(bodies: readonly LedgerBody[]): Promise<readonly LedgerEntry[]> {
    const work = this.#turn.then(() => this.#append(bodies))
    this.#turn = work.catch(() => undefined)
    return work
  }

  async #append(bodies: readonly LedgerBody[]): Promise<readonly LedgerEntry[]> {
    const key = this.#key
    if (this.#trouble !== '' || key === null) throw new Error(`nothing can be added to the ledger: ${this.#trouble}`)
    if (bodies.length === 0) return []
    const path = join(this.dir, LEDGER_FILE)
    if (this.#isTorn) await this.#takeBack(path, key)
    const at = new Date(this.#options.clock.nowMs()).toISOString()
    const entries: LedgerEntry[] = []
    let last = this.#last
    for (const body of bodies) {
      const said = { number: (last?.number ?? 0) + 1, previous: last?.hash ?? NO_HASH, at, body }
      const hash = entryHash(said)
      const entry = { ...said, hash, signature: key.sign(Buffer.from(hash, 'hex')) }
      entries.push(entry)
      last = entry
    }
    const text = entries.map((entry) => `${canonical(entry)}\n`).join('')
    this.#isTorn = true
    const file = await open(path, 'a')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.#writeHead(last!, key)
    this.#isTorn = false
    this.#bytes += Buffer.byteLength(text)
    this.#last = last
    for (const entry of entries) this.#options.take?.(entry)
    return entries
  }

  /**
   * Takes back what an append has left that failed. The head first: it may name an entry that goes, and a ledger that ends
   * before its head is taken for one that was cut.
   */
  async #takeBack(path: string, key: SigningKey): Promise<void> {
    if (this.#last !== null && existsSync(path)) await this.#writeHead(this.#last, key)
    if (existsSync(path)) await truncate(path, this.#bytes)
  }

  async #writeHead({ number, hash, at }: Pick<LedgerEntry, 'number' | 'hash' | 'at'>, key: SigningKey): Promise<void> {
    const signature = key.sign(Buffer.from(headText({ number, hash, at })))
    await writeDurably(this.dir, HEAD_FILE, `${canonical({ number, hash, at, signature })}\n`)
  }

  /** Goes through what is there: only so far that it can be gone on with. */
  async #read(path: string): Promise<void> {
    for await (const { bytes, isEnded } of byteLines(createReadStream(path, { highWaterMark: 2 ** 20 }))) {
      const entry = parseEntry(bytes)
      if (!isEnded) {
        await this.#setAside(path, bytes)
        break
      }
      if (entry === null && this.#isBehindHead()) {
        // A power cut leaves anything of an append: zeros, garbage, its end without its beginning.
        await this.#setAside(path, readFileSync(path).subarray(this.#bytes))
        break
      }
      if (entry === null || entry.number !== (this.#last?.number ?? 0) + 1) {
        this.#complain(`${path} has no entry ${(this.#last?.number ?? 0) + 1} where it should be`)
        return
      }
      this.#bytes += bytes.length + 1
      this.#last = { number: entry.number, hash: entry.hash, at: entry.at }
      if (entry.body.kind === 'key' && this.#key !== null) {
        const isOwn = entry.body.public_key === spkiOf(this.#key.key).toString('base64')
        if (!isOwn) this.#complain(`${join(this.dir, 'key.pem')} is not the key of this ledger`)
      }
      this.#options.take?.(entry)
    }
    await this.#followHead()
  }

  /** True when what comes next was never told: the head names the last entry that was read. */
  #isBehindHead(): boolean {
    const path = join(this.dir, HEAD_FILE)
    const head = existsSync(path) ? parseHead(readFileSync(path)) : null
    return head !== null && head.number === this.#last?.number && head.hash === this.#last.hash
  }

  /** The head is behind when the last start ended between the two writes; it is never ahead. */
  async #followHead(): Promise<void> {
    const path = join(this.dir, HEAD_FILE)
    const [number, last] = [this.#last?.number ?? 0, this.#last]
    if (!existsSync(path)) {
      if (number > 1) this.#complain(`${path} is missing`)
    } else {
      const head = parseHead(readFileSync(path))
      if (head === null) this.#complain(`${path} is damaged`)
      else if (head.number > number) {
        this.#complain(
          `${join(this.dir, LEDGER_FILE)} ends with entry ${number}, but there was an entry ${head.number}`,
        )
      } else if (head.number === number && head.hash !== last?.hash) {
        this.#complain(`${path} names another entry ${number} than there is`)
      } else if (head.number === number) return
    }
    if (this.#trouble === '' && last !== null && this.#key !== null) await this.#writeHead(last, this.#key)
  }

  async #setAside(path: string, bytes: Uint8Array): Promise<void> {
    const to = `${this.dir}.torn-${this.#options.clock.nowMs()}`
    await writeFile(to, bytes)
    await truncate(path, this.#bytes)
    this.notice = `the end of ${path} had not been written as a whole; it was set aside as ${to}`
  }

  #complain(what: string): void {
    this.#trouble ||= `${what}: put the folder back from a backup, and see what "greengauge ledger check" finds`
  }
}

/** The entries of a ledger's folder as they stand, in order; lines that are none are left out. */
export async function* readEntries(dir: string): AsyncGenerator<LedgerEntry> {
  const path = join(dir, LEDGER_FILE)
  if (!existsSync(path)) return
  for await (const { bytes, isEnded } of byteLines(createReadStream(path, { highWaterMark: 2 ** 20 }))) {
    const entry = isEnded ? parseEntry(bytes) : null
    if (entry !== null) yield entry
  }
}

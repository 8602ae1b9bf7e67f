import type { KeyObject } from 'node:crypto'
import type { Finding } from '../../base/report.js'
import {
  canonical,
  entryHash,
  HEAD_FILE,
  headText,
  LEDGER_FILE,
  type LedgerEntry,
  type LedgerHead,
  NO_HASH,
} from './entry.js'
import { fingerprintOf, isSameFingerprint, isSigned, publicKeyFrom } from './fingerprint.js'

/**
 * Checks that the lines of a ledger are what was written, in order and signed: from the bytes alone, with no gateway and no
 * database. Plain: the verifier that comes with a bundle has this file.
 */

/** A ledger that is broken in many places is told by its first ones. */
const FINDINGS_MAX = 100

export interface ChainOptions {
  /**
   * Content of `head.json`; null when there is none where one should be, absent where none is expected. With one the last line
   * may be one that is not written to its end: it is no entry yet.
   */
  readonly head?: Uint8Array | null
  /** Fingerprint of the key which the first entry must name. */
  readonly fingerprint?: string
  /** Each entry that holds by itself, signature included, in order. */
  take?(entry: LedgerEntry): void
}

export interface ChainResult {
  /** Faults of what does not hold; when all is well, one finding that says what does. */
  readonly findings: readonly Finding[]
  /** Lines that could be read. */
  readonly entries: number
  readonly last: Pick<LedgerEntry, 'number' | 'hash' | 'at'> | null
  /** Public key of the first entry; null when it names none. */
  readonly key: KeyObject | null
}

/** Checks a ledger out of the pieces of its file. */
export async function checkChain(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ChainOptions = {},
): Promise<ChainResult> {
  const check = new ChainCheck(options)
  for await (const line of byteLines(pieces)) check.take(line)
  return check.result()
}

class ChainCheck {
  readonly #options: ChainOptions
  readonly #findings: Finding[] = []
  #lines = 0
  #entries = 0
  #last: Pick<LedgerEntry, 'number' | 'hash' | 'at'> | null = null
  /** False behind a line that could not be read: nobody knows what its hash was. */
  #isLastKnown = true
  #key: KeyObject | null = null
  /** A last line that was not written to its end, '' without one. */
  #torn = ''
  readonly #head: LedgerHead | null = null
  #headHash = ''

  constructor(options: ChainOptions) {
    this.#options = options
    if (options.head === undefined) return
    this.#head = options.head === null ? null : parseHead(options.head)
    if (options.head === null) {
      this.#fault('head', HEAD_FILE, [
        'is missing: nobody can tell whether entries were cut off',
        '缺失：无法判断账本末尾是否被截断',
      ])
    } else if (this.#head === null) {
      this.#fault('head', HEAD_FILE, ['is not as it was written', '与写入时不一致'])
    }
  }

  take({ bytes, isEnded }: ByteLine): void {
    this.#lines += 1
    const where = `${LEDGER_FILE} line ${this.#lines}`
    // Nothing was told of it: the head, which says what was, is behind it.
    if (!isEnded && bytes.length <= LINE_BYTES_MAX && this.#options.head !== undefined) {
      this.#torn = where
      return
    }
    const entry = bytes.length > LINE_BYTES_MAX ? null : parseEntry(bytes)
    if (entry === null || !isEnded) {
      this.#fault('chain', where, ['is no entry as it was written', '不是写入时的条目'])
      this.#isLastKnown = false
      if (entry === null) return
    }
    this.#entries += 1
    const number = (this.#last?.number ?? 0) + 1
    const subject = `entry ${entry.number}`
    const isAlone = entry.hash === entryHash(entry)
    if (!isAlone)
      this.#fault('chain', subject, ['was altered: its hash is not that of what it says', '已被改动：哈希与内容不符'])
    if (this.#isLastKnown && entry.number !== number) {
      this.#fault('chain', subject, [
        `follows entry ${number - 1}: entries were removed, added or put into another order`,
        `紧接在第 ${number - 1} 条之后：有条目被删除、添加或调换顺序`,
      ])
    } else if (this.#isLastKnown && entry.previous !== (this.#last?.hash ?? NO_HASH)) {
      this.#fault('chain', subject, ['does not belong behind the entry before it', '与前一条目不相连'])
    }
    if (this.#lines === 1) this.#takeKey(entry)
    else if (entry.body.kind === 'key') this.#fault('key', subject, ['names a second key', '声明了第二把密钥'])
    const isOwn = this.#key !== null && isSigned(Buffer.from(entry.hash, 'hex'), entry.signature, this.#key)
    if (this.#key !== null && !isOwn) {
      this.#fault('signature', subject, ['is not signed with the key of this ledger', '签名不属于本账本的密钥'])
    }
    if (entry.number === this.#head?.number) this.#headHash = entry.hash
    this.#last = entry
    this.#isLastKnown = true
    if (isAlone && isOwn) this.#options.take?.(entry)
  }

  #takeKey({ body }: LedgerEntry): void {
    this.#key = body.kind === 'key' ? publicKeyFrom(body.public_key) : null
    if (this.#key === null) {
      this.#fault('key', 'entry 1', ['names no key: no signature can be checked', '未声明密钥：无法核对任何签名'])
      return
    }
    const { fingerprint } = this.#options
    if (fingerprint !== undefined && !isSameFingerprint(fingerprint, fingerprintOf(this.#key))) {
      this.#fault('key', 'entry 1', [
        `names the key ${fingerprintOf(this.#key)}, not ${fingerprint}: this is the ledger of somebody else`,
        `声明的密钥是 ${fingerprintOf(this.#key)}，而不是 ${fingerprint}：这是他人的账本`,
      ])
    }
  }

  result(): ChainResult {
    if (this.#entries === 0) this.#fault('chain', LEDGER_FILE, ['has no entry', '没有条目'])
    this.#checkHead()
    if (this.#findings.length === 0 && this.#last !== null) {
      this.#findings.push({
        ok: true,
        code: 'chain',
        subject: LEDGER_FILE,
        text: {
          en: `${this.#entries} entries follow one another without a gap, each as it was signed; the last has the hash ${this.#last.hash}`,
          zh: `${this.#entries} 条条目首尾相接，签名全部有效；末条哈希为 ${this.#last.hash}`,
        },
      })
    }
    if (this.#torn !== '') {
      this.#findings.push({
        ok: true,
        code: 'torn',
        subject: this.#torn,
        text: {
          en: `${this.#torn} is not written to its end: a gateway writes it at this moment, or was killed while it did; nothing was told of it, and the next start sets it aside`,
          zh: `${this.#torn} 未写完：网关正在写入，或在写入时被强制结束；其内容从未对外告知，下次启动时将被移出`,
        },
      })
    }
    return { findings: this.#findings, entries: this.#entries, last: this.#last, key: this.#key }
  }

  #checkHead(): void {
    const head = this.#head
    if (head === null || this.#key === null) return
    if (!isSigned(Buffer.from(headText(head)), head.signature, this.#key)) {
      this.#fault('head', HEAD_FILE, ['is not signed with the key of this ledger', '签名不属于本账本的密钥'])
    } else if ((this.#last?.number ?? 0) < head.number) {
      this.#fault('head', `entry ${head.number}`, [
        `is missing, and what lies between: the head names it, the ledger ends with entry ${this.#last?.number ?? 0}`,
        `及其之前的条目缺失：head 指向它，而账本止于第 ${this.#last?.number ?? 0} 条`,
      ])
    } else if (this.#headHash !== head.hash) {
      this.#fault('head', HEAD_FILE, ['names another hash than the entry has', '所记哈希与条目不符'])
    }
  }

  #fault(code: string, subject: string, [en, zh]: readonly [en: string, zh: string]): void {
    if (this.#findings.length >= FINDINGS_MAX) return
    this.#findings.push({ ok: false, code, subject, text: { en: `${subject} ${en}`, zh: `${subject} ${zh}` } })
  }
}

/** The entry of a line; null unless the line is, byte for byte, the canonical JSON of one. */
export function parseEntry(bytes: Uint8Array): LedgerEntry | null {
  const entry = parseCanonical(bytes) as LedgerEntry | null
  if (entry === null || typeof entry !== 'object') return null
  const keys = Object.keys(entry).sort().join()
  const isShaped =
    keys === 'at,body,hash,number,previous,signature' &&
    Number.isSafeInteger(entry.number) &&
    typeof entry.hash === 'string' &&
    typeof entry.previous === 'string' &&
    typeof entry.signature === 'string' &&
    typeof entry.body?.kind === 'string'
  return isShaped ? entry : null
}

/** The head in the bytes of `head.json`; null unless it is, byte for byte, as it was written. */
export function parseHead(bytes: Uint8Array): LedgerHead | null {
  const end = bytes.length - 1
  const head = bytes[end] === 0x0a ? (parseCanonical(bytes.subarray(0, end)) as LedgerHead | null) : null
  if (head === null || typeof head !== 'object') return null
  const isShaped =
    Object.keys(head).sort().join() === 'at,hash,number,signature' &&
    Number.isSafeInteger(head.number) &&
    typeof head.signature === 'string'
  return isShaped ? head : null
}

/** The value that canonical JSON stands for; null when the bytes are anything else. */
export function parseCanonical(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    // Bytes, not letters: what is no UTF-8 reads like U+FFFD.
    return Buffer.from(canonical(value)).equals(bytes) ? value : null
  } catch {
    return null
  }
}

export interface ByteLine {
  readonly bytes: Uint8Array
  /** A newline stood behind it. */
  readonly isEnded: boolean
}

/**
 * Lines as bytes, without their newline. Each byte is looked at once, however the pieces are cut. Of a line that does not end within
 * `LINE_BYTES_MAX` its first bytes are given, as one that has not ended, and the rest is passed over.
 */
export async function* byteLines(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<ByteLine> {
  const held: Uint8Array[] = []
  let heldBytes = 0
  let isPassedOver = false
  const line = (last: Uint8Array, isEnded: boolean): ByteLine => {
    const bytes = held.length === 0 ? last : Buffer.concat([...held, last])
    held.length = 0
    heldBytes = 0
    return { bytes, isEnded }
  }
  for await (const piece of pieces) {
    let from = 0
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      if (!isPassedOver) yield line(piece.subarray(from, end), true)
      isPassedOver = false
      from = end + 1
    }
    if (isPassedOver || from === piece.length) continue
    held.push(piece.subarray(from))
    heldBytes += piece.length - from
    if (heldBytes <= LINE_BYTES_MAX) continue
    yield line(Buffer.alloc(0), false)
    isPassedOver = true
  }
  if (heldBytes > 0) yield line(Buffer.alloc(0), false)
}

/** An entry has a few kilobytes; a freeze over many years some hundred. */
export const LINE_BYTES_MAX = 8 * 2 ** 20

import { createReadStream, existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Text } from '../../base/report.js'
import { canonical, type DayBody, LEDGER_FILE } from '../ledger/entry.js'
import { readKey, type SigningKey } from '../ledger/keys.js'
import { dayPieces } from './day-file.js'
import { BundleFault } from './fault.js'
import {
  type BundleListedFile,
  type BundleManifest,
  byName,
  configurationName,
  dayName,
  FILES_MAX,
  FORMAT,
  factorsName,
  isName,
  NAMES,
  parquetName,
  REMOVED_FORMAT,
  SIGNATURE_SUFFIX,
} from './format.js'
import { frozenNames } from './frozen-files.js'
import { readReport } from './guide/example.js'
import { guide } from './guide/guide.js'
import { type LedgerPart, ledgerPart, timeStampName, type VersionRef } from './ledger-part.js'
import { missing } from './listing.js'
import { signatureText } from './signature.js'
import { ZipWriter } from './zip-writer.js'

/** A frozen report whose evidence is to be put together. */
export interface BundleOrder {
  readonly report: VersionRef
  /** Folder of the frozen version: `report/`, `evidence/`, `verify/` go into the bundle as they are, `archive/` has the day files. */
  readonly reportDir: string
  /** `DATA_DIR/ledger`, with the key. */
  readonly ledgerDir: string
  /** Path of the zip; its signature comes beside it, with `.sig`. */
  readonly out: string
}

export interface MadeBundle {
  readonly bytes: number
  readonly sha256: string
  readonly files: number
  /** Rows of readings, events and so on. */
  readonly rows: number
}

const MEMORY_LIMIT = '200MB'

/**
 * Makes the evidence bundle of a frozen report, as `docs/understand/evidence-bundle.md` says. What it puts in is checked against the
 * ledger on the way: throws `BundleFault` when something is not as it was sealed, and then there is no bundle. Memory does
 * not grow with the readings. Rejects with the signal's reason when it is aborted.
 */
export async function makeBundle(
  order: BundleOrder,
  signal: AbortSignal,
  onProgress: (share: number, step: Text) => void,
): Promise<MadeBundle> {
  const key = readKey(order.ledgerDir)
  if (key === null) {
    throw new BundleFault('ledger', order.ledgerDir, { en: 'there is no key to sign with', zh: '没有可用于签名的密钥' })
  }
  const ledger = await ledgerPart(order.ledgerDir, order.report, key)
  const temporary = `${order.out}.sorting`
  // A kill may have left it.
  await rm(temporary, { recursive: true, force: true })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: MEMORY_LIMIT,
    temp_directory: temporary,
  })
  const zip = new ZipWriter(order.out, signal)
  try {
    return await new Making(order, ledger, key, zip, instance).run(signal, onProgress)
  } catch (error) {
    await zip.abandon()
    signal.throwIfAborted()
    throw error
  } finally {
    instance.closeSync()
    await rm(temporary, { recursive: true, force: true })
  }
}

class Making {
  readonly #order: BundleOrder
  readonly #ledger: LedgerPart
  readonly #key: SigningKey
  readonly #zip: ZipWriter
  readonly #instance: DuckDBInstance
  readonly #files = new Map<string, BundleListedFile>()

  constructor(order: BundleOrder, ledger: LedgerPart, key: SigningKey, zip: ZipWriter, instance: DuckDBInstance) {
    this.#order = order
    this.#ledger = ledger
    this.#key = key
    this.#zip = zip
    this.#instance = instance
  }

  async run(signal: AbortSignal, onProgress: (share: number, step: Text) => void): Promise<MadeBundle> {
    onProgress(0, { en: 'report, tables and ledger', zh: '报告、数据表与账本' })
    for (const name of await frozenNames(this.#order.reportDir)) await this.#add(name)
    await this.#checkSealed()
    await this.#addLedger()
    const days = [...this.#ledger.days.values()]
    const rows = days.reduce((sum, day) => sum + day.rows, 0)
    let done = 0
    for (const day of days) {
      signal.throwIfAborted()
      const step = { en: `${day.plant}, ${day.day}: ${day.rows} rows`, zh: `${day.plant}，${day.day}：${day.rows} 行` }
      onProgress(rows === 0 ? 0 : done / rows, step)
      await this.#addDay(day)
      done += day.rows
    }
    await this.#addLists()
    return { ...(await this.#finish()), files: this.#files.size, rows }
  }

  /** A file of the frozen version under its own name. */
  async #add(name: string, path = join(this.#order.reportDir, name)): Promise<BundleListedFile> {
    if (!existsSync(path)) throw missing(name)
    return this.#put(name, createReadStream(path, { highWaterMark: 256 * 1024 }))
  }

  async #put(name: string, pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<BundleListedFile> {
    if (!isName(name) || this.#files.has(name)) {
      throw new BundleFault('name', name, { en: 'a bundle has no such file', zh: '证据包中没有这样的文件' })
    }
    if (this.#files.size >= FILES_MAX) {
      throw new BundleFault('size', name, {
        en: `a bundle has at most ${FILES_MAX} files: freeze fewer plants or a shorter period`,
        zh: `证据包最多 ${FILES_MAX} 个文件：请减少工厂数量或缩短期间后冻结`,
      })
    }
    const file = await this.#zip.add(name, pieces)
    this.#files.set(name, file)
    return file
  }

  /** Checks the files taken as they lie in the folder: they have to be what was frozen, in force, or came with the program. */
  async #checkSealed(): Promise<void> {
    const { freeze, configurations, factors } = this.#ledger
    this.#check(NAMES.report, freeze.body.sha256)
    const { files } = freeze.body
    for (const [name, sha256] of Object.entries(files ?? {})) this.#check(name, sha256)
    for (const [name] of this.#files) if (files !== undefined && files[name] === undefined) throw notFrozen(name)
    const { plants } = await readReport(this.#order.reportDir)
    for (const [number, { plants: said }] of configurations) {
      for (const { id } of plants) if (said[id] !== undefined) this.#check(configurationName(id, number), said[id])
    }
    for (const [name, sha256] of Object.entries(factors?.files ?? {})) this.#check(factorsName(name), sha256)
  }

  #check(name: string, sha256: string): void {
    const file = this.#files.get(name)
    if (file === undefined) throw missing(name)
    checkHash(file, sha256)
  }

  async #addLedger(): Promise<void> {
    const { ledgerDir } = this.#order
    const path = join(ledgerDir, LEDGER_FILE)
    await this.#put(NAMES.ledger, createReadStream(path, { end: this.#ledger.bytes - 1 }))
    await this.#put(NAMES.key, [Buffer.from(pemOf(this.#ledger.publicKey))])
    for (const { file, sha256 } of this.#ledger.timeStamps) {
      const name = timeStampName(file)
      checkHash(await this.#add(`ledger/${name}`, join(ledgerDir, name)), sha256)
    }
  }

  async #addDay(day: DayBody): Promise<void> {
    const { reportDir } = this.#order
    for (const { name, sha256 } of day.files) checkHash(await this.#add(parquetName(name)), sha256)
    const pieces = dayPieces(this.#instance, join(reportDir, 'archive'), day)
    await this.#put(dayName({ ...day, kind: day.rows_of }), pieces)
  }

  /** The guide, and what goes over all the rest: the sums, the manifest, its signature. */
  async #addLists(): Promise<void> {
    const { reportDir, report } = this.#order
    const text = await guide({ reportDir, ledger: this.#ledger, instance: this.#instance })
    await this.#put(NAMES.guide, [Buffer.from(text)])
    const sums = [...this.#files.values()].sort(byName).map(({ name, sha256 }) => `${sha256}  ${name}\n`)
    await this.#put(NAMES.sums, [Buffer.from(sums.join(''))])
    const { freeze, publicKey } = this.#ledger
    const manifest: BundleManifest = {
      format: this.#ledger.hasRemovals ? REMOVED_FORMAT : FORMAT,
      report: { id: report.id, version: report.version, sha256: freeze.body.sha256 },
      ledger: { entries: freeze.number, head: freeze.hash },
      public_key: publicKey,
      files: [...this.#files.values()].sort(byName),
    }
    const { sha256 } = await this.#put(NAMES.manifest, [Buffer.from(canonical(manifest))])
    const signature = signatureText(this.#key, Buffer.from(sha256, 'hex'))
    await this.#put(NAMES.manifestSignature, [Buffer.from(signature)])
  }

  async #finish(): Promise<{ bytes: number; sha256: string }> {
    const { bytes, sha256 } = await this.#zip.finish((hash) =>
      writeFile(this.#order.out + SIGNATURE_SUFFIX, signatureText(this.#key, hash), { flush: true }),
    )
    return { bytes, sha256: sha256.toString('hex') }
  }
}

function checkHash(file: BundleListedFile, sha256: string): void {
  if (file.sha256 === sha256) return
  throw new BundleFault('file', file.name, {
    en: 'it is not what the ledger has sealed: put it back from a backup',
    zh: '它与账本封存的内容不符：请从备份恢复',
  })
}

function notFrozen(name: string): BundleFault {
  return new BundleFault('file', name, {
    en: 'it was put there after the freeze: take it away',
    zh: '它是冻结之后放入的：请移除',
  })
}

/** A public key as tools take it. */
function pemOf(spki: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`
}

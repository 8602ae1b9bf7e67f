import {
  type Certificate,
  type CertificateFiles,
  isCertificateValid,
  readCertificate,
  troubleOf,
} from '../access/certificates.js'
import { certificateHealth } from '../access/shown-certificates.js'
import { DAY_MS } from '../base/durations.js'
import type { Config } from '../config/config.js'
import { FileWatch } from './file-watch.js'

/** Certificates that the listeners show; null for one that speaks in the clear. */
export interface Certificates {
  readonly mqtt: Certificate | null
  readonly http: Certificate | null
}

type Listener = keyof Certificates
const LISTENERS: readonly Listener[] = ['mqtt', 'http']

export const NO_CERTIFICATES: Certificates = { mqtt: null, http: null }

/** A renewal replaces two files, one after the other: so long after the first change both are read. */
const SETTLE_MS = 1500

type Settings = Pick<Config, 'mqtt' | 'http'>

/** Throws with setting, path and remedy, and the code `NO_CERTIFICATE`, when one cannot be used. */
export function readCertificates(config: Settings): Certificates {
  const read = (listener: Listener) => {
    const files = certificateFilesOf(config, listener)
    return files === null ? null : readCertificate(`${listener}.tls`, files)
  }
  return { mqtt: read('mqtt'), http: read('http') }
}

export function certificateFilesOf({ mqtt, http }: Settings, listener: Listener): CertificateFiles | null {
  if (listener === 'http') return http.tls
  return mqtt.enabled ? mqtt.tls : null
}

/**
 * Reads certificates again when a file of theirs changes. Those that can be used are handed to `apply`; of others the log
 * says why, and the listeners go on with those they have. Once a day it says which of them end soon.
 */
export class CertificateWatch {
  readonly #files: FileWatch
  #settling: NodeJS.Timeout | undefined
  readonly #daily: NodeJS.Timeout

  constructor(
    private config: Settings,
    private latest: Certificates,
    private readonly parts: { nowMs(): number; apply(certificates: Certificates): void; say(line: string): void },
  ) {
    this.#files = new FileWatch(() => this.#changed())
    this.#watch()
    // One may have been renewed since it was read, while nobody watched.
    this.#changed()
    this.#warn()
    this.#daily = setInterval(() => this.#warn(), DAY_MS).unref()
  }

  /** With other settings: the files of listeners that were in the clear, or are to be, wait for the next start. */
  configure(config: Settings): void {
    this.config = config
    this.#watch()
    this.#read()
  }

  close(): void {
    clearTimeout(this.#settling)
    clearInterval(this.#daily)
    this.#files.watch([])
  }

  #watch(): void {
    const files = LISTENERS.flatMap((listener) => {
      const { cert_file, key_file, client_ca_file = null } = certificateFilesOf(this.config, listener) ?? NO_FILES
      return [cert_file, key_file, client_ca_file ?? '']
    })
    this.#files.watch([...new Set(files)].filter((file) => file !== ''))
  }

  #changed(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined
      this.#read()
    }, SETTLE_MS).unref()
  }

  #read(): void {
    const now = { mqtt: this.#renewed('mqtt'), http: this.#renewed('http') }
    if (LISTENERS.every((listener) => now[listener] === this.latest[listener])) return
    this.latest = now
    this.parts.apply(now)
    this.#warn()
  }

  /** The one that runs, unless there is another that can be used. */
  #renewed(listener: Listener): Certificate | null {
    const running = this.latest[listener]
    const files = certificateFilesOf(this.config, listener)
    if (running === null || files === null) return running
    const refuse = (why: string): Certificate => {
      this.parts.say(`error: The new certificate of ${listener} is not used, the one that runs stays: ${why}`)
      return running
    }
    let read: Certificate
    try {
      read = readCertificate(`${listener}.tls`, files)
    } catch (error) {
      return refuse((error as Error).message)
    }
    const isSame = read.cert === running.cert && read.key === running.key && read.clientCa === running.clientCa
    if (isSame) return running
    const nowMs = this.parts.nowMs()
    if (!isCertificateValid(read, nowMs) && read.cert !== running.cert) {
      return refuse(`${listener}.tls.cert_file ${files.cert_file}: ${troubleOf(read, nowMs)}`)
    }
    const until = new Date(read.validToMs).toISOString().slice(0, 10)
    this.parts.say(
      `The certificate of ${listener} was read again: SHA-256 ${read.fingerprint}, until ${until}; who is connected stays.`,
    )
    return read
  }

  #warn(): void {
    for (const { name, reason } of certificateHealth(this.latest, this.parts.nowMs())) {
      if (reason !== '') this.parts.say(`warning: ${name}: ${reason}`)
    }
  }
}

const NO_FILES: CertificateFiles = { cert_file: '', key_file: '' }

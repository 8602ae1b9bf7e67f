import type { Finding, Text } from '../../base/report.js'

/** Something of a bundle that cannot be read, or is not taken; the finding says what and why, in both languages. */
export class BundleFault extends Error {
  readonly finding: Finding

  constructor(code: FaultCode, subject: string, text: Text) {
    super(subject === '' ? text.en : `${shownFileName(subject)}: ${text.en}`)
    this.finding = { ok: false, code, subject: shownFileName(subject), text }
  }
}

export type FaultCode =
  /** It is no bundle at all, or none that can be opened. */
  | 'unreadable'
  /** The name of a file is none of a bundle, or is there twice. */
  | 'name'
  /** A file is not there. */
  | 'missing'
  /** The bytes of a file cannot be unpacked, or are others than its entry says. */
  | 'file'
  /** A file is larger, or packed harder, than anything that belongs here. */
  | 'size'
  /** The zip itself has parts that belong to no file, or to two. */
  | 'zip'
  /** The ledger does not hold, or does not have what is needed. */
  | 'ledger'
  /** The readings of a day are not those that were sealed. */
  | 'root'

const SHOWN_MAX = 120

/** A name out of a foreign file as it may be shown to people: nothing that moves a terminal, and not without end. */
export function shownFileName(name: string): string {
  const plain = name.replace(/[^\x20-\x7e\u4e00-\u9fff]/g, '?')
  return plain.length <= SHOWN_MAX ? plain : `${plain.slice(0, SHOWN_MAX)}…`
}

import { createHash, type KeyObject } from 'node:crypto'
import { isSigned as holds } from '../ledger/fingerprint.js'

/** Signatures of files: Ed25519 over the 32 bytes of the file's SHA-256, base64, one line. */

/** Content of the `.sig` file of a file with this SHA-256. */
export function signatureText(key: { sign(bytes: Uint8Array): string }, sha256: Buffer): string {
  return `${key.sign(sha256)}\n`
}

/** True when a `.sig` file holds for a file with this SHA-256. There is one text only that does. */
export function isFileSigned(publicKey: KeyObject, sha256: Buffer, text: string): boolean {
  return text.endsWith('\n') && holds(sha256, text.slice(0, -1), publicKey)
}

/** SHA-256 and size of what comes. */
export async function hashed(pieces: AsyncIterable<Uint8Array>): Promise<{ bytes: number; sha256: Buffer }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of pieces) {
    hash.update(piece)
    bytes += piece.length
  }
  return { bytes, sha256: hash.digest() }
}

import { createHash, type KeyObject, sign, verify } from 'node:crypto'

/** Signatures of files: Ed25519 over the 32 bytes of the file's SHA-256, base64, one line. */

const TEXT = /^[A-Za-z0-9+/]{86}==\n$/

/** What stands in a `.sig` file. */
export function signatureText(key: KeyObject, sha256: Buffer): string {
  return `${sign(null, sha256, key).toString('base64')}\n`
}

/**
 * True when a `.sig` file holds for a file with this SHA-256. Only one text does: base64 can write the same 64 bytes in
 * several ways, and the others are not taken.
 */
export function isSigned(publicKey: KeyObject, sha256: Buffer, text: string): boolean {
  if (!TEXT.test(text)) return false
  const signature = Buffer.from(text.slice(0, -1), 'base64')
  return signature.toString('base64') === text.slice(0, -1) && verify(null, sha256, publicKey, signature)
}

/** SHA-256 and size of what comes. */
export async function hashed(chunks: AsyncIterable<Uint8Array>): Promise<{ bytes: number; sha256: Buffer }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest() }
}

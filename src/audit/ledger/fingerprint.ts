import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'

/** Public keys of ledgers and what they have signed. Plain: the verifier that comes with a bundle has this file. */

/** SHA-256 of the key's SPKI form, as groups of four hex digits: what people compare by eye or keep on paper. */
export function fingerprintOf(key: KeyObject): string {
  const digest = hash('sha256', spkiOf(key), 'hex')
  return digest.match(/.{4}/g)!.join(' ')
}

/** True when two fingerprints are one, however their groups are parted. */
export function isSameFingerprint(a: string, b: string): boolean {
  const digits = (text: string) => text.replaceAll(/[^0-9a-fA-F]/g, '').toLowerCase()
  return digits(a) === digits(b) && digits(a).length === 64
}

/** The SPKI form of a public key, or of a private key's public half. */
export function spkiOf(key: KeyObject): Buffer {
  const open = key.type === 'private' ? createPublicKey(key) : key
  return open.export({ type: 'spki', format: 'der' })
}

/** The Ed25519 key of an SPKI form in base64; null when it is none, or not written as it should be. */
export function publicKeyFrom(base64: unknown): KeyObject | null {
  const der = typeof base64 === 'string' ? strictBase64(base64) : null
  if (der === null) return null
  try {
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' })
    return key.asymmetricKeyType === 'ed25519' && spkiOf(key).equals(der) ? key : null
  } catch {
    return null
  }
}

/** True when `signature`, base64, is that of the key over these bytes. A signature that is written otherwise is none. */
export function isSigned(bytes: Uint8Array, signature: string, key: KeyObject): boolean {
  const raw = strictBase64(signature)
  return raw?.length === 64 && verify(null, bytes, key, raw)
}

/** Bytes of a base64 text; null unless it is the one text for them (its last letter may have bits that nobody reads). */
function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

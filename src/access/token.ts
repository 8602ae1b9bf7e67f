import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Secrets that a machine keeps: long and random, so one SHA-256 protects them, and 10,000 devices may come back at once. */

const TOKEN_BYTES = 32

/** 256 random bits as base64url behind a word that says what it is, so that a leaked one is found by a search. */
export function newToken(kind: 'ggd' | 'ggo' | 'ggp' | 'ggs' | 'ggt'): string {
  return `${kind}_${randomBytes(TOKEN_BYTES).toString('base64url')}`
}

/** The digest of a token, all that is kept of it: SHA-256, hex. */
export function digestOf(token: string | Buffer): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Takes as long for a digest that is wrong as for one that is right. */
export function isSameDigest(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

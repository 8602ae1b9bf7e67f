import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** Passwords of people as they are kept: scrypt (RFC 7914) in PHC form, `$scrypt$ln=15,r=8,p=3$SALT$HASH`. */

/** `ln`: log2 of N. Memory is 128 * r * N bytes, time grows with p * N. */
export interface ScryptCost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** 32 MiB three times over: one of the equal choices of OWASP's Password Storage Cheat Sheet, and the one that two at once can afford. */
export const SCRYPT_COST: ScryptCost = { ln: 15, r: 8, p: 3 }

const SALT_BYTES = 16
const HASH_BYTES = 32
/** A file that somebody has written may ask for no more than this. */
const LN_MAX = 18
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Lengths in characters. Longer is better than stranger (NIST SP 800-63B). */
export const PASSWORD_LENGTH = { min: 12, max: 256 } as const

/** A sentence on what is wrong with a new password; null when nothing is. */
export function passwordProblem(password: string, name: string): string | null {
  const { min, max } = PASSWORD_LENGTH
  const { length } = [...password]
  if (length < min || length > max) return `a password has ${min} to ${max} characters; this one has ${length}`
  if (new Set(password).size < 5) return 'a password has at least five different characters'
  if (password.toLowerCase().includes(name.toLowerCase()) && length < name.length + min) {
    return 'a password is more than the name'
  }
  return null
}

/** One that nobody has to think of: 120 random bits in groups of six, without letters and digits that look alike. */
export function newPassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
  const letters = [...randomBytes(24)].map((byte) => alphabet[byte % alphabet.length]).join('')
  return letters.replace(/(.{6})(?=.)/g, '$1-')
}

export async function hashPassword(password: string, cost: ScryptCost = SCRYPT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, cost, HASH_BYTES)
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${plain(salt)}$${plain(hash)}`
}

/** Takes as long for a wrong password as for the right one. False also for what is no such hash. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const parts = partsOf(kept)
  if (parts === null) return false
  return timingSafeEqual(await derive(password, parts.salt, parts.cost, parts.hash.length), parts.hash)
}

/** True when a hash was made at less cost than passwords are made now: then it is made anew when its owner signs in. */
export function isOutdated(kept: string, now: ScryptCost = SCRYPT_COST): boolean {
  const cost = partsOf(kept)?.cost
  return cost === undefined || cost.ln < now.ln || cost.r < now.r || cost.p < now.p
}

export function isPhc(text: string): boolean {
  return partsOf(text) !== null
}

function partsOf(kept: string) {
  const [, ln, r, p, salt, hash] = PHC.exec(kept) ?? []
  if (salt === undefined || hash === undefined) return null
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (cost.ln < 1 || cost.ln > LN_MAX || cost.r < 1 || cost.r > 16 || cost.p < 1 || cost.p > 16) return null
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

function derive(password: string, salt: Buffer, { ln, r, p }: ScryptCost, bytes: number): Promise<Buffer> {
  const N = 2 ** ln
  const options: ScryptOptions = { N, r, p, maxmem: 256 * r * (N + p) }
  return new Promise((resolve, reject) => {
    // The same letters can be written as different code points, by the keyboard.
    scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

/** Base64 without padding, as the PHC form wants it. */
function plain(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

import { readFileSync } from 'node:fs'

/** A secret as the settings give it: itself, or a file that holds it. */
export interface SecretSource {
  readonly value: string | undefined
  readonly file: string | undefined
  /** The setting that names the file, for a sentence about it. */
  readonly fileSetting: string
}

/** `code` of the error when the file of a secret cannot be read. */
export const NO_SECRET = 'ENOSECRET'

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/**
 * Reads it anew, so that a secret can be changed while we run; '' when there is none. A private key is no secret to be sent.
 * Throws with path, setting and `NO_SECRET`.
 */
export function readSecret({ value, file, fileSetting }: SecretSource): string {
  if (file === undefined) return value ?? ''
  const fault = (why: string) => Object.assign(new Error(`${fileSetting} ${file} ${why}`), { code: NO_SECRET })
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw fault(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`)
  }
  if (PRIVATE_KEY.test(text)) throw fault('holds a private key, which is sent to nobody')
  return text
}

const DETAIL_MAX = 300
/** Least length of a secret that is hidden: a shorter text may stand in any sentence by chance. */
const SECRET_MIN = 4

/** The words of the other side, on one line and without what it must not repeat. */
export function withoutSecrets(detail: string, secrets: readonly string[]): string {
  // The longer ones first: of one that holds another nothing must be left.
  const hidden = secrets
    .filter((secret) => secret.length >= SECRET_MIN)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '(secret)'), detail)
  const line = hidden.replace(/\s+/g, ' ').trim()
  return line.length > DETAIL_MAX ? `${line.slice(0, DETAIL_MAX)}…` : line
}

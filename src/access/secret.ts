import { readFileSync } from 'node:fs'

/** A secret as the settings give it: itself, or a file that holds it. */
export interface SecretSource {
  readonly value: string | undefined
  readonly file: string | undefined
  /** The setting that names the file, for a sentence about it. */
  readonly fileSetting: string
}

/** Reads it anew, so that a secret can be changed while we run; '' when there is none. Throws with path and setting. */
export function readSecret({ value, file, fileSetting }: SecretSource): string {
  if (file === undefined) return value ?? ''
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Error(`${fileSetting} ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`)
  }
}

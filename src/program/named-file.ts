import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { EXIT } from '../base/exit-codes.js'

/** A file that somebody named to a command and that cannot be read: the message is a sentence for them. */
export class UnreadableFile extends Error {
  readonly exit = EXIT.io
}

const STANDARD_INPUT = '-'

/** A sentence on why a file that was named cannot be read. Errors without a code of the system are told by their message. */
export function whyUnreadable(file: string, error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return `there is no file ${file}`
    case 'ENOTDIR':
      return `there is no file ${file}: a part of its path is a file, not a folder`
    case 'EISDIR':
      return `${file} is a folder: name a file`
    case 'EACCES':
    case 'EPERM':
      return `${file} cannot be read: this user may not (${code})`
    case '':
      return `${file} cannot be read: ${message}`
    default:
      return `${file} cannot be read (${code})`
  }
}

/** Content of a file that was named, `-` for standard input. Throws `UnreadableFile`. */
export function contentOfNamed(file: string): Buffer {
  try {
    return readFileSync(file === STANDARD_INPUT ? 0 : file)
  } catch (error) {
    throw new UnreadableFile(whyUnreadable(file, error))
  }
}

/** Size of a file that was named and that this user may read, bytes. Throws `UnreadableFile`. */
export function sizeOfNamed(file: string): number {
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    accessSync(file, constants.R_OK)
    return stats.size
  } catch (error) {
    throw new UnreadableFile(whyUnreadable(file, error))
  }
}

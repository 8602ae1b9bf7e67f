import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceWhole } from '../files/access-file.js'
import { codeOf } from '../sources.js'

/** The configuration file as it is on the disk. */

/** SHA-256 of a text, hex. */
export function configTextHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The text; null where the file cannot be read. */
export function readConfigText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

const BY_HAND = 'Put the text of the preview there by hand, and have the gateway read it again (SIGHUP).'

/** Sentence on why the first file cannot be written, with the remedy; '' where it can. */
export function whyUnwritable(file: string): string {
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK)
    return ''
  } catch (error) {
    return `${file} cannot be written by the gateway (${codeOf(error)}). Write a file elsewhere (greengauge init), and start the gateway with --config FILE.`
  }
}

/** Sentence on why the file cannot be replaced, with the remedy; '' where it can. */
export function whyReadOnly(file: string): string {
  try {
    const target = realpathSync(file)
    // Root may write it all the same, but nobody is meant to.
    if ((statSync(target).mode & 0o222) === 0) return `${file} is read only: nobody may write it. ${BY_HAND}`
    accessSync(target, constants.R_OK | constants.W_OK)
    accessSync(dirname(target), constants.W_OK | constants.X_OK)
    if (!isUtf8(readFileSync(target)))
      return `${file} is not UTF-8, and what it says in other characters would be lost: convert it first, such as by iconv -f GBK -t UTF-8.`
    if (isMountedAlone(target))
      return `${file} is mounted by itself, so it cannot be replaced: mount its folder. ${BY_HAND}`
    return ''
  } catch (error) {
    return `${file} cannot be written by the gateway (${codeOf(error)}): it is read only here, or another user's. ${BY_HAND}`
  }
}

/** A container that gets a single file has a mount there, and a mount point cannot be renamed over. */
function isMountedAlone(target: string): boolean {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .some((line) => line.split(' ')[4] === target.replaceAll(' ', '\\040'))
  } catch {
    return false
  }
}

/**
 * Replaces the file that a path leads to, by links too, whole or not at all. Owner, group and mode stay as they are. Throws errors of
 * the system.
 */
export function writeConfigText(file: string, text: string): void {
  const target = realpathSync(file)
  const { uid, gid, mode } = statSync(target)
  replaceWhole(target, text, { uid, gid, fileMode: mode & 0o7777 })
}

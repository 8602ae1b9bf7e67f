import { EXIT, type ExitCode } from '../base/exit-codes.js'

/** Errors that the machine gives, for people: what happened, to what, and what to do. */

interface Meaning {
  readonly says: string
  readonly remedy: string
  readonly exit: ExitCode
  /** How a library says it that gives no code: the words of strerror(3). */
  readonly words: RegExp
}

const OTHER_DISK = 'or set data_dir to another disk'

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOSPC: {
    says: 'the disk is full',
    remedy: `free some space on it, ${OTHER_DISK}`,
    exit: EXIT.io,
    words: /No space left on device/,
  },
  EDQUOT: {
    says: 'the quota of this user is used up',
    remedy: `raise it or free some space, ${OTHER_DISK}`,
    exit: EXIT.io,
    words: /Disk quota exceeded/,
  },
  EROFS: {
    says: 'the file system is read-only',
    remedy: `mount it for writing (after errors the kernel makes it read-only: look at its log), ${OTHER_DISK}`,
    exit: EXIT.io,
    words: /Read-only file system/,
  },
  EIO: {
    says: 'the disk answers with an error',
    remedy: `look at the log of the kernel and check the disk, ${OTHER_DISK}`,
    exit: EXIT.io,
    words: /Input\/output error/,
  },
  EACCES: {
    says: 'this user may not',
    remedy: 'give the file or folder to the user that the gateway runs as, or run it as its owner',
    exit: EXIT.permission,
    words: /Permission denied/,
  },
  EPERM: {
    says: 'this user may not',
    remedy: 'give the file or folder to the user that the gateway runs as, or run it as its owner',
    exit: EXIT.permission,
    words: /Operation not permitted/,
  },
  EMFILE: {
    says: 'this process has as many files open as it may',
    remedy: 'raise its limit (ulimit -n, LimitNOFILE of systemd)',
    exit: EXIT.io,
    words: /Too many open files$/,
  },
  ENFILE: {
    says: 'the machine has as many files open as it may',
    remedy: 'raise fs.file-max, or stop what holds them',
    exit: EXIT.io,
    words: /Too many open files in system/,
  },
  ENOTDIR: {
    says: 'a part of the path is a file, not a folder',
    remedy: 'move that file away, or name another path',
    exit: EXIT.io,
    words: /Not a directory/,
  },
  ENAMETOOLONG: {
    says: 'the path is longer than the file system takes',
    remedy: 'name a shorter one',
    exit: EXIT.io,
    words: /File name too long/,
  },
  ELOOP: {
    says: 'its symbolic links lead in a circle',
    remedy: 'mend the links, or name another path',
    exit: EXIT.io,
    words: /Too many levels of symbolic links/,
  },
  ENODEV: {
    says: 'the disk is gone',
    remedy: `connect and mount it again, ${OTHER_DISK}`,
    exit: EXIT.io,
    words: /No such device/,
  },
}

/** The code of an error of the system, also where a library only says it in words; null when it is another kind of error. */
export function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== undefined && Object.hasOwn(MEANINGS, code)) return code
  // A socket that may not be opened has the same code, and is told by its port.
  const found = Object.entries(MEANINGS).find(([, { words }]) => words.test(message))
  return found === undefined ? null : found[0]
}

/**
 * One line for whoever started the program, and the exit code by sysexits: `cannot write FILE: the disk is full (ENOSPC): …`.
 * Null for what the system did not answer to a file: that is a fault of the program, and its stack is worth having.
 */
export function explained(error: unknown): { readonly line: string; readonly exit: ExitCode } | null {
  const code = systemCodeOf(error)
  if (code === null) return null
  const { message, syscall, path, dest, port } = error as NodeJS.ErrnoException & { dest?: string; port?: number }
  if (port !== undefined) return null
  const { says, remedy, exit } = MEANINGS[code]!
  const [, quoted] = /"(\/[^"]+)"/.exec(message) ?? []
  const place = dest ?? path ?? quoted
  const verb = syscall === undefined ? 'use' : (VERBS[syscall] ?? syscall)
  const what = place === undefined ? message.split('\n')[0] : `cannot ${verb} ${place}`
  return { line: `${what}: ${says} (${code}); ${remedy}`, exit }
}

const VERBS: Readonly<Record<string, string>> = {
  open: 'open',
  mkdir: 'make the folder',
  rename: 'put in place',
  link: 'put in place',
  scandir: 'read the folder',
  unlink: 'remove',
  rm: 'remove',
  write: 'write',
  writev: 'write',
  pwrite: 'write',
  fsync: 'write',
  fdatasync: 'write',
  ftruncate: 'write',
  read: 'read',
}

import { EXIT, type ExitCode } from '../base/exit-codes.js'

/** Errors that the machine gives, for people: what happened, to what, and what to do. */

interface Meaning {
  readonly says: string
  readonly remedy: string
  readonly exit: ExitCode
  /** Words of strerror(3), as a library says them that gives no code. */
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
  EBUSY: {
    says: 'something else uses it',
    remedy: 'find what does (fuser, lsof, mount) and stop it',
    exit: EXIT.io,
    words: /Device or resource busy/,
  },
  // This is said of folders alone, for whoever opens a file speaks of that. Node says so of a read-only disk, the kernel of /proc.
  ENOENT: {
    says: 'there is no such place',
    remedy: `if its disk is there, it is read-only, or one of the kernel's own such as /proc: mount it for writing, ${OTHER_DISK}`,
    exit: EXIT.io,
    words: /^(?!)/,
  },
  EEXIST: {
    says: 'something that is no folder has this name',
    remedy: 'move it away, or name another path',
    exit: EXIT.io,
    words: /^(?!)/,
  },
  ENODEV: {
    says: 'the disk is gone',
    remedy: `connect and mount it again, ${OTHER_DISK}`,
    exit: EXIT.io,
    words: /No such device/,
  },
}

/** These mean what is said here where a folder is made, and nothing of the kind elsewhere. */
const OF_FOLDERS: ReadonlySet<string> = new Set(['ENOENT', 'EEXIST'])

/** Answer of the system, out of an error and its causes; libraries and other threads say it in words alone. */
interface Answer {
  readonly code: string
  readonly verb: string | undefined
  readonly place: string | undefined
}

/** The code of an error of the system, also where it is only said in words; null when it is another kind of error. */
export function systemCodeOf(error: unknown): string | null {
  return answerIn(error)?.code ?? null
}

/**
 * One line for whoever started the program, and the exit code by sysexits: `cannot write FILE: the disk is full (ENOSPC); …`.
 * Null for what the system did not answer to a file: that is a fault of the program, and its stack is worth having.
 *
 * @param place a file or folder to name where the error names none
 */
export function explained(error: unknown, place = ''): { readonly line: string; readonly exit: ExitCode } | null {
  const answer = answerIn(error)
  if (answer === null) return null
  const { says, exit } = MEANINGS[answer.code]!
  const remedy = remedyOf(answer, place)
  const where = answer.place ?? (place === '' ? undefined : `in ${place}`)
  const what =
    where === undefined ? (error as Error).message.split('\n')[0] : `cannot ${answer.verb ?? 'work with'} ${where}`
  return { line: `${what}: ${says} (${answer.code}); ${remedy}`, exit }
}

/** A folder that is not there yet cannot be given to anybody. */
function remedyOf({ code, verb, place }: Answer, wanted: string): string {
  const isPermission = code === 'EACCES' || code === 'EPERM'
  if (!isPermission || verb !== VERBS.mkdir || place === undefined) return MEANINGS[code]!.remedy
  const folder = wanted.startsWith(place) ? wanted : place
  return `make it as root for the user that the gateway runs as (install -d -m 0700 -o USER ${folder}), or name a folder that this user may make in data_dir`
}

function answerIn(error: unknown): Answer | null {
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth++) {
    const { code, syscall, path, dest } = one as NodeJS.ErrnoException & { dest?: string }
    if (code !== undefined && Object.hasOwn(MEANINGS, code) && syscall !== undefined) {
      if (OF_FOLDERS.has(code) && syscall !== 'mkdir') return null
      return isOfSocket(one) ? null : { code, verb: VERBS[syscall], place: dest ?? path ?? quotedIn(one.message) }
    }
  }
  if (!(error instanceof Error) || isOfSocket(error)) return null
  const { message } = error
  const [, named = '', syscall = ''] = /\b(E[A-Z]+): [^,]+, (\w+)/.exec(message) ?? []
  if (OF_FOLDERS.has(named) && syscall !== 'mkdir') return null
  const found = Object.hasOwn(MEANINGS, named)
    ? named
    : Object.entries(MEANINGS).find(([, { words }]) => words.test(message))?.[0]
  if (found === undefined) return null
  return { code: found, verb: VERBS[syscall], place: quotedIn(message) }
}

/** A port that may not be opened has the same code, and is told by its number. */
function isOfSocket({ message }: Error): boolean {
  return /^(listen|bind|connect|getaddrinfo) /.test(message)
}

/** The last path that a message quotes: where something is to be renamed, the new name. */
function quotedIn(message: string): string | undefined {
  return [...message.matchAll(/["'](\/[^"'\n]+|[A-Za-z]:\\[^"'\n]+)["']/g)].at(-1)?.[1]
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

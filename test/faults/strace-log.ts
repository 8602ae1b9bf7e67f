/** System calls of the gateway that write or sync, each at its place in the order of events. */
export interface Trace {
  /**
   * Calls that write to a file or socket, with all bytes, at the place where they began; `to` is a path, or the kernel's name
   * of a socket.
   */
  readonly writes: readonly { readonly at: number; readonly to: string; readonly bytes: Buffer }[]
  /** Calls of fdatasync that succeeded: where they began and where they returned. */
  readonly syncs: readonly { readonly began: number; readonly returned: number; readonly file: string }[]
}

// 4711 pwrite64(24</data/journal/1.log>, "\x01\x02", 2, 80) = 2
const CALL = /^(\d+) +(\w+)\(\d+<(.*?)>(?:, |\)| )(.*)$/
// 4711 <... fdatasync resumed>) = 0
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/
const STRING = /"((?:\\x[0-9a-f]{2})*)"/g

/**
 * Reads a log of `strace -f -y -xx`. The place of an event is its line: strace writes a call that others come between
 * in two lines, "unfinished" where it begins and "resumed" where it returns.
 */
export function parseTrace(log: string): Trace {
  const writes: { at: number; to: string; bytes: Buffer }[] = []
  const syncs: { began: number; returned: number; file: string }[] = []
  const unfinished = new Map<string, { began: number; file: string }>()
  for (const [line, text] of log.split('\n').entries()) {
    const call = CALL.exec(text)
    const resumed = RESUMED.exec(text)
    if (resumed?.[2] === 'fdatasync') {
      const begun = unfinished.get(resumed[1]!)
      if (begun !== undefined && resumed[3]!.trim().endsWith('= 0')) syncs.push({ ...begun, returned: line })
    }
    if (call === null) continue
    const [thread, name, path, rest] = [call[1]!, call[2]!, unescaped(call[3]!).toString(), call[4]!]
    if (name !== 'fdatasync') {
      writes.push({
        at: line,
        to: path,
        bytes: Buffer.concat([...rest.matchAll(STRING)].map(([, s]) => unescaped(s!))),
      })
    } else if (text.includes('<unfinished')) unfinished.set(thread, { began: line, file: path })
    else if (text.trim().endsWith('= 0')) syncs.push({ began: line, returned: line, file: path })
  }
  return { writes, syncs }
}

/** Undoes `-xx`; what is not escaped, as older versions leave paths, stays as it is. */
function unescaped(text: string): Buffer {
  return text.startsWith('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex') : Buffer.from(text)
}

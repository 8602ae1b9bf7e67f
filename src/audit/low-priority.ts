import { readlinkSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { basename } from 'node:path'

/**
 * From now on the calling thread gets of a busy machine about a tenth of what others get, and of an idle one all it wants.
 * Where threads have no priority of their own (anything but Linux) it does nothing.
 */
export function stepBack(): void {
  let thread: number
  try {
    // PID/task/TID: on Linux a thread has a priority of its own, and its number is taken where that of a process is.
    thread = Number(basename(readlinkSync('/proc/thread-self')))
  } catch {
    return
  }
  const wanted = constants.priority.PRIORITY_BELOW_NORMAL
  // Who has stepped back further may not come forward again.
  if (getPriority(thread) < wanted) setPriority(thread, wanted)
}
